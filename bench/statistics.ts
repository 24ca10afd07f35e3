/**
 * The few numbers that stand for many: the median of the rounds, and percentiles of latencies.
 * Relies on nothing. A percentile is always a value that was measured, never one in between.
 */

/** The middle value; of an even number of values the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}

/**
 * The smallest value that at least `share` of all values do not exceed (nearest rank). NaN of none.
 *
 * @param sorted in ascending order
 * @param share 0..1
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? NaN;
}
