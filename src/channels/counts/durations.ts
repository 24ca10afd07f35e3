/**
 * How long something took, over and over: a histogram of numbers, into which one more costs a few comparisons and no memory.
 */

/** Upper bounds of the buckets in seconds, each of which belongs to its bucket. What took longer is in one more. */
export const BOUNDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const MS = 1000;

/** A distribution of durations since the start. */
export class Durations {
  private readonly buckets = new Float64Array(BOUNDS.length + 1);
  private total = 0;

  /** How many there were in each bucket: one number for each of BOUNDS, and one for what took longer. */
  get counts(): readonly number[] {
    return [...this.buckets];
  }

  /** Seconds, all together. */
  get sum(): number {
    return this.total;
  }

  /** Takes one in. */
  add(milliseconds: number): void {
    const seconds = milliseconds / MS;
    this.total += seconds;
    let bucket = 0;
    while (seconds > (BOUNDS[bucket] ?? Infinity)) bucket += 1;
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
  }
}
