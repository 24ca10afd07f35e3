import type { Measures } from '../load/job.ts';
import { mediansOf } from '../results.ts';
import type { Outcome, Results } from '../results.ts';
import { barsTable, verdictsOf } from './bars.ts';
import { chart } from './chart.ts';
import { markdownTable } from './markdown-table.ts';
import { reportOf } from './report.ts';

const outcome = (key: Outcome['contender'], measures: Measures, problem?: string): Outcome => ({
  key,
  contender: key,
  label: key,
  measures,
  rounds: [measures],
  ...(problem === undefined ? {} : { problem }),
});

const results = (outcomes: Outcome[]): Results => ({
  machine: {
    processor: 'A & B <fast>',
    cores: 2,
    memory: 4,
    system: 'Linux 6.1',
    pinned: true,
    versions: { Node: '20.19.0' },
    date: '2026-05-01',
  },
  scale: 'full',
  rounds: 3,
  rows: [{ name: 'burst', outcomes }],
});

/** The verdicts when Belfry needs so much for a delivery, and the seed's way 12. */
const words = (cpu: number): string[] =>
  verdictsOf(results([outcome('belfry', { cpuPerDelivery: cpu }), outcome('seed', { cpuPerDelivery: 12 })])).map(
    (verdict) => verdict.words,
  );

const bar = (label: string, value: number) => ({ label, value, text: String(value), ours: false });

describe('a table in Markdown', () => {
  it('lines up, and no cell ends before it should', () => {
    const lines = markdownTable(
      ['name', 'value'],
      [
        ['a|b', '1'],
        ['two\nlines', '1,000'],
      ],
    ).split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[1]).toBe('| --------- | ----: |');
    expect(lines[2]).toContain('a\\|b');
    expect(lines[3]).toContain('two lines');
  });
});

describe('the report of a run', () => {
  it('puts multiples of the seed beside the others', () => {
    const text = reportOf(
      results([
        outcome('belfry', { deliveries: 3000, cpuPerDelivery: 0.5 }),
        outcome('seed', { deliveries: 1000, cpuPerDelivery: 5 }),
      ]),
    );
    expect(text).toContain('3,000 (3.00×)');
    expect(text).toContain('0.50 (0.10×)');
    expect(text).toMatch(/\| seed +\| +1,000 \|/);
    expect(text).toContain('medians of 3 interleaved rounds');
  });

  it('marks what a busy load process held down, and says why something is missing', () => {
    const text = reportOf(
      results([outcome('seed', { deliveries: 1000, loadShare: 0.95 }), outcome('bun', {}, 'left out here')]),
    );
    expect(text).toContain('1,000 \\*');
    expect(text).toContain('- \\* The load process was busy');
    expect(text).toContain('- bun: left out here');
  });
});

describe('the bars', () => {
  it('are reached, missed by a factor, or left open', () => {
    expect(words(1)[0]).toBe('reached');
    expect(words(2)[0]).toBe('missed by a factor of 2.00');
    expect(words(1)[1]).toBe('not measured');
  });

  it('have a line each', () => {
    const verdicts = verdictsOf(results([]));
    expect(barsTable(verdicts).split('\n')).toHaveLength(verdicts.length + 2);
  });
});

describe('the medians of rounds', () => {
  it('are taken for each measure by itself', () => {
    expect(
      mediansOf([
        { p50: 1, p99: 9 },
        { p50: 3, p99: 7 },
        { p50: 2, p99: 8 },
      ]),
    ).toEqual({ p50: 2, p99: 8 });
  });
});

describe('the chart', () => {
  it('escapes what would break it', () => {
    const svg = chart('a "b" & <c>', [{ title: '<i>', subtitle: '&', bars: [bar('x<y', 1)] }]);
    expect(svg).toContain('aria-label="a &quot;b&quot; &amp; &lt;c&gt;"');
    expect(svg).toContain('&lt;i&gt;');
    expect(svg).toContain('x&lt;y');
    expect(svg).not.toContain('<i>');
  });

  it('draws bars in proportion, from zero', () => {
    const svg = chart('', [{ title: '', subtitle: '', bars: [bar('a', 50), bar('b', 100), bar('c', 0)] }]);
    const [half, whole, none] = [...svg.matchAll(/ width="([\d.]+)" height="18"/g)].map(([, width]) => Number(width));
    expect(half).toBe((whole ?? 0) / 2);
    expect(none).toBe(1);
  });

  it('leaves out groups without bars', () => {
    expect(chart('', [{ title: 'empty', subtitle: '', bars: [] }])).not.toContain('empty');
  });
});
