/**
 * What the channels of this server have done since its start: numbers that are added to in place, for whoever reads them.
 */
import { Injectable } from '@nestjs/common';
import type { Batch } from '../../engine/channel-log.ts';
import { Durations } from './durations.ts';

/** Where a message says when it was appended. Quotes in a text are escaped, and the log writes this behind all other properties. */
const AT = '"at":';

/** The counts of all channels together. */
@Injectable()
export class ChannelCounts {
  /** Messages that were appended for clients of this server, whoever heard them. */
  appended = 0;
  /** Messages that had been appended before, under the same idempotency key. */
  duplicates = 0;
  /** Messages that could not be appended. */
  failed = 0;
  /** Messages that were written to a subscriber, one for each. */
  deliveries = 0;
  /** From the call of `append` until the message was durable. */
  readonly append = new Durations();
  /** From the time that the first message of a batch bears until the batch was handed to the socket of the last who hears it live. */
  readonly delivery = new Durations();

  /** Takes in that a batch was given to subscribers. Counts when this turn's writes have left. */
  delivered(batch: Batch, count: number): void {
    if (count === 0) return;
    this.deliveries += count;
    process.nextTick(() => {
      const at = writtenAt(batch);
      // The clock of a Redis may be ahead of ours.
      if (at !== undefined) this.delivery.add(Math.max(0, Date.now() - at));
    });
  }
}

/** Milliseconds since 1970; undefined when the log holds something else than messages of ours. */
function writtenAt({ entries: [first] }: Batch): number | undefined {
  const json = first?.json ?? '';
  const at = Number.parseInt(json.slice(json.lastIndexOf(AT) + AT.length), 10);
  return Number.isSafeInteger(at) ? at : undefined;
}
