/** How long to wait at most before the first attempt to come back, in ms. */
const FIRST = 1_000;

/** No wait is longer than this, however many attempts have failed, in ms. */
const LONGEST = 20_000;

/**
 * How long to wait before the next attempt: exponential with full jitter.
 *
 * The whole span is random, from nothing on: when a server restarts, everybody loses it in the same instant, and only
 * a wide scatter keeps them from all returning in the same instant too.
 *
 * @param attempt how many attempts have failed so far, from 0
 * @param random a number from 0 (included) to 1 (excluded)
 * @returns milliseconds
 */
export function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST, FIRST * 2 ** attempt);
}
