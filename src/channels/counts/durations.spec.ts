import * as fc from 'fast-check';
import { BOUNDS, Durations } from './durations.ts';

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

describe('durations', () => {
  it('count each one in the first bucket that is wide enough, its bound included', () => {
    const durations = new Durations();
    for (const milliseconds of [0, 1, 1.1, 10_000, 10_001]) durations.add(milliseconds);
    const { counts } = durations;
    expect([counts[0], counts[1], counts.at(-2), counts.at(-1)]).toEqual([2, 1, 1, 1]);
    expect(durations.sum).toBeCloseTo(20.0031);
  });

  it('lose none, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (all) => {
        const durations = new Durations();
        for (const milliseconds of all) durations.add(milliseconds);
        expect(total(durations.counts)).toBe(all.length);
        for (const [index, bound] of BOUNDS.entries()) {
          const within = all.filter((milliseconds) => milliseconds / 1000 <= bound).length;
          expect(total(durations.counts.slice(0, index + 1))).toBe(within);
        }
      }),
    );
  });
});
