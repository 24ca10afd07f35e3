/** Quantiles of durations that are only known by their bucket. */
import { BOUNDS } from '../../channels/counts/durations.ts';
import type { Quantiles } from '../../protocol/stats.ts';

const MS = 1000;

/**
 * The median and the 99th percentile of what came in between two readings of a distribution.
 * Within a bucket all lengths are taken to be as frequent; beyond the last bound there is no telling, and that bound is given.
 *
 * @returns undefined when nothing came in
 */
export function quantilesBetween(before: readonly number[], now: readonly number[]): Quantiles | undefined {
  const counts = now.map((count, bucket) => count - (before[bucket] ?? 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  return { p50: quantileOf(counts, total / 2), p99: quantileOf(counts, total * 0.99) };
}

/** @param rank how many are to be below */
function quantileOf(counts: readonly number[], rank: number): number {
  let below = 0;
  let lower = 0;
  for (const [bucket, upper] of BOUNDS.entries()) {
    const count = counts[bucket] ?? 0;
    if (count > 0 && below + count >= rank) return rounded((lower + ((upper - lower) * (rank - below)) / count) * MS);
    below += count;
    lower = upper;
  }
  return rounded(lower * MS);
}

/** To hundredths: more digits than that tell nothing. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
