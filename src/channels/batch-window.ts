/**
 * Holds what became durable for BATCH_WINDOW and gives it out together: fewer and larger writes for some milliseconds.
 * Without a window everything is given out at once.
 */
import type { Batch, Entry } from '../engine/channel-log.ts';

/** One window for all channels, so that what a client hears in several of them is one write too. */
export class BatchWindow {
  private held: Batch[] = [];
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param length milliseconds; 0 for none
   * @param deliver is given the batches of each channel in their order
   */
  constructor(
    private length: number,
    private readonly deliver: (batch: Batch) => void,
  ) {}

  /** Takes a batch, which is delivered within the window. */
  add(batch: Batch): void {
    if (this.length === 0) return this.deliver(batch);
    this.held.push(batch);
    this.timer ??= setTimeout(() => this.giveOut(), this.length);
  }

  /** Gives out what is held, and holds nothing any more. */
  close(): void {
    this.length = 0;
    this.giveOut();
  }

  private giveOut(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const held = this.held;
    this.held = [];
    for (const batch of joined(held)) this.deliver(batch);
  }
}

/** Batches of a channel that follow each other become one. */
function joined(batches: readonly Batch[]): Batch[] {
  const all: Collected[] = [];
  const newest = new Map<string, Collected>();
  for (const batch of batches) {
    const before = newest.get(batch.channel);
    if (before && follows(batch, before)) for (const entry of batch.entries) before.entries.push(entry);
    else {
      const collected = { ...batch, entries: [...batch.entries] };
      newest.set(batch.channel, collected);
      all.push(collected);
    }
  }
  return all;
}

interface Collected extends Batch {
  readonly entries: Entry[];
}

function follows(batch: Batch, before: Batch): boolean {
  return batch.epoch === before.epoch && batch.entries[0]?.offset === (before.entries.at(-1)?.offset ?? 0) + 1;
}
