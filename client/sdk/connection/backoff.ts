/** How long to wait at most after the first failure, in ms. */
const FIRST = 500;

/** No wait is longer than this, however many attempts have failed, in ms. */
export const LONGEST_WAIT = 20_000;

/**
 * How long to wait before the next attempt: exponential with full jitter.
 *
 * The whole span is random, from nothing on: when a server restarts, everybody loses it in the same instant, and only
 * a wide scatter keeps them from all returning in the same instant too.
 *
 * @param attempt how many attempts have failed so far, from 0
 * @returns milliseconds
 */
export function backoff(attempt: number): number {
  return Math.random() * Math.min(LONGEST_WAIT, FIRST * 2 ** attempt);
}
