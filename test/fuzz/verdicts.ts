/**
 * What a run must not come to, beside what stops it at once.
 */
import type { Outcome } from './fuzz.ts';

/** Milliseconds within which 99 of 100 messages of the neighbours arrive. */
const MOST_LATENCY = 100;

/** What is held after the last round, over what was held after the first. */
const MOST_MEMORY = 1.1;

/** What is wrong with it: a line each. */
export function verdictsOn({ problem, p99, memory = 1, heap }: Outcome): string[] {
  if (problem !== undefined) return [problem];
  return [
    ...(p99 < MOST_LATENCY ? [] : [`the neighbours waited: p99 ${p99.toFixed(0)} ms, of at most ${MOST_LATENCY} ms`]),
    ...(memory <= MOST_MEMORY ? [] : [`memory has grown to ${percent(memory)} of what it was after the first round`]),
    ...(heap <= MOST_MEMORY ? [] : [`the heap has grown to ${percent(heap)} of what it was after the first round`]),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
