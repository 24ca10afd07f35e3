import type { Outcome } from '../play.ts';
import { tableOf } from './table.ts';

const outcome = (name: string, messages: number, lost = 0): Outcome => ({
  name,
  clients: 3,
  messages,
  acknowledged: messages,
  unanswered: 0,
  delivered: messages * 3,
  faults: { lost, doubled: 0, disordered: 0, 'wrong gap': 0 },
  reconnects: { count: 0, p50: 0, p99: 0, perSecond: [] },
  problems: lost > 0 ? ['lost: one'] : [],
  notes: [],
  seconds: 1.25,
});

describe('the table of outcomes', () => {
  it('lines up, whatever the numbers are', () => {
    const lines = tableOf([outcome('kill', 7), outcome('a-long-name', 1_234_567, 2)]).split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(
      /^scenario +clients +messages +acknowledged +delivered +lost +doubled +disordered +wrong gap/,
    );
    expect(lines[3]).toMatch(/^a-long-name +3 +1,234,567 +1,234,567 +3,703,701 +2 +0 +0 +0 +1 +1\.3 s$/);
  });
});
