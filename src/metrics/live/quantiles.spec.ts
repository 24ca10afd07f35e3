import * as fc from 'fast-check';
import { BOUNDS, Durations } from '../../channels/counts/durations.ts';
import { quantilesBetween } from './quantiles.ts';

/** All that lie in buckets with a bound. */
const bounded = fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { minLength: 1 });

/** Upper bound of the bucket that a duration is in, ms. */
const boundOf = (milliseconds: number): number => {
  return (BOUNDS.find((bound) => milliseconds / 1000 <= bound) ?? Infinity) * 1000;
};

describe('quantiles of durations', () => {
  it('are none where nothing came in', () => {
    const durations = new Durations();
    durations.add(5);
    expect(quantilesBetween(durations.counts, durations.counts)).toBeUndefined();
  });

  it('are of what came in since, whatever was before', () => {
    fc.assert(
      fc.property(bounded, bounded, (earlier, later) => {
        const all = new Durations();
        const alone = new Durations();
        for (const each of earlier) all.add(each);
        const before = all.counts;
        for (const each of later) {
          all.add(each);
          alone.add(each);
        }
        const none = BOUNDS.map(() => 0);
        expect(quantilesBetween(before, all.counts)).toEqual(quantilesBetween(none, alone.counts));
      }),
    );
  });

  it('are in the bucket of the duration that they stand for', () => {
    fc.assert(
      fc.property(bounded, (all) => {
        const durations = new Durations();
        for (const each of all) durations.add(each);
        const { p50, p99 } = quantilesBetween([], durations.counts) ?? { p50: NaN, p99: NaN };
        const sorted = all.toSorted((one, other) => one - other);
        for (const [quantile, share] of [
          [p50, 0.5],
          [p99, 0.99],
        ] as const) {
          const real = sorted[Math.ceil(all.length * share) - 1] ?? NaN;
          expect(boundOf(quantile)).toBe(boundOf(real));
        }
        expect(p50).toBeLessThanOrEqual(p99);
      }),
    );
  });

  it('are the last bound for what took longer than any bucket', () => {
    const durations = new Durations();
    durations.add(60_000);
    expect(quantilesBetween([], durations.counts)).toEqual({ p50: 10_000, p99: 10_000 });
  });
});
