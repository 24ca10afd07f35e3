/**
 * Hostile input harms nobody: a short form of `npm run fuzz`, with a seed of its own, against the real built server. What takes
 * time to tell, or a machine with nothing else to do (memory, latency), is left to the long form.
 */
import { fuzz } from '../fuzz/fuzz.ts';
import { KINDS } from '../fuzz/kinds/index.ts';
import { tableOf } from '../fuzz/table.ts';
import { verdictsOn } from '../fuzz/verdicts.ts';

const SEED = 20_260;
const COUNT = 5000;

/** What lingers takes seconds each, however many there are. */
const FEW = 50;

describe('the server neither dies, answers with what it should not, nor keeps what is over, when it is sent', () => {
  it.each(KINDS)(
    '$title',
    async (kind) => {
      const count = kind.name === 'lingering' ? FEW : (COUNT * kind.share) / 100;
      const { problem, reproducer, messages, inputs } = await fuzz({ kind, seed: SEED, count, rounds: 1 });
      expect({ problem, reproducer }).toEqual({ problem: undefined, reproducer: [] });
      expect(inputs).toBeGreaterThanOrEqual(count);
      expect(messages).toBeGreaterThan(0);
    },
    120_000,
  );
});

describe('a long run fails', () => {
  const fine = {
    kind: 'frames',
    inputs: 1,
    seconds: 1,
    messages: 100,
    p99: 5,
    alone: 2,
    memory: 1,
    heap: 1,
    problem: undefined,
    reproducer: [],
  };

  it.each([
    ['when others were kept waiting', { p99: 100 }, 'the neighbours waited: p99 100 ms, of at most 100 ms'],
    ['when memory was kept', { memory: 1.2 }, 'memory has grown to 120 % of what it was after the first round'],
    ['when objects were kept', { heap: 1.2 }, 'the heap has grown to 120 % of what it was after the first round'],
    ['when anything went wrong', { problem: 'it died' }, 'it died'],
  ])('%s', (_name, change, verdict) => {
    expect(verdictsOn(fine)).toEqual([]);
    expect(verdictsOn({ ...fine, ...change })).toEqual([verdict]);
  });

  it('with a table that lines up', () => {
    const lines = tableOf([fine, { ...fine, kind: 'a-long-name', inputs: 123_456 }]).split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[3]).toMatch(/^a-long-name +123,456 +1 s +100 +5\.0 ms +2\.0 ms +100\.0 % +100\.0 %$/);
  });
});
