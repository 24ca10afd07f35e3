/**
 * What went wrong, by kind, with a sentence for each of the first ones.
 */

/** The kinds of faults, as in the promises of docs/protocol.md. */
export const FAULTS = ['lost', 'doubled', 'disordered', 'wrong gap'] as const;

/** One of them. */
export type Fault = (typeof FAULTS)[number];

/** Sentences that are kept; one defect may show in thousands of messages. */
const MAX_SENTENCES = 20;

/** Counts faults. */
export class Findings {
  private readonly counts = new Map<Fault, number>();
  private readonly said: string[] = [];

  /** Adds a fault, or several that one sentence describes. */
  add(fault: Fault, sentence: string, times = 1): void {
    this.counts.set(fault, this.count(fault) + times);
    if (this.said.length < MAX_SENTENCES) this.said.push(`${fault}: ${sentence}`);
  }

  /** How many there are of a kind. */
  count(fault: Fault): number {
    return this.counts.get(fault) ?? 0;
  }

  /** The first ones, each in a sentence. */
  get sentences(): readonly string[] {
    return this.said;
  }
}
