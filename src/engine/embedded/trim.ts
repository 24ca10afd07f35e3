/**
 * Trimming: takes away what goes beyond a channel's retention, and the idempotency keys that have expired.
 * Relies on being asked again and again; all that it keeps is where it stopped, so a restart loses nothing.
 * Guarantees that a step is small, and that what is left of a channel has no hole: `first` moves in the same transaction.
 */
import type { RetentionOf } from '../retention.ts';
import type { DataFile } from './data-file/data-file.ts';
import {
  appendedAt,
  decodeChannel,
  decodeKey,
  encodeChannel,
  expires,
  expiryKey,
  messageKey,
} from './data-file/layout.ts';
import { Transaction } from './data-file/transaction.ts';

/** How trimming is bounded. */
export interface TrimTerms {
  readonly retention: RetentionOf;
  /** Milliseconds that an idempotency key is remembered. */
  readonly idempotencyTtl: number;
}

/** Channels that one step looks at. */
export const CHANNELS_PER_STEP = 100;

/** Goes round all channels, in steps. */
export class Trimmer {
  /** The last channel that this round is done with. */
  private position: string | undefined;
  private isRoundOver = false;

  constructor(
    private readonly file: DataFile,
    private readonly terms: TrimTerms,
  ) {}

  /** Whether the last step ended a round: there is nothing left to do for now. */
  get isAtEnd(): boolean {
    return this.isRoundOver;
  }

  /**
   * The next step of the round. Nothing else may be written between this and its transaction.
   *
   * @param now ms since 1970
   * @param limit messages, and keys, that are removed at the most
   */
  step(now: number, limit: number): Transaction {
    const step = new Transaction();
    const keys = this.expireKeys(step, now, limit);
    let left = limit;
    this.isRoundOver = false;
    const from = this.position === undefined ? {} : { start: this.position, exclusiveStart: true };
    const channels = [...this.file.channels.getRange({ ...from, limit: CHANNELS_PER_STEP })];
    for (const { key: channel, value } of channels) {
      left -= this.trim(step, channel, value, now, left);
      // This one may have more: the next step begins with it again.
      if (left === 0) return step;
      this.position = channel;
    }
    if (channels.length < CHANNELS_PER_STEP) {
      this.position = undefined;
      this.isRoundOver = keys < limit;
    }
    return step;
  }

  /**
   * Trims one channel, as `step` does.
   *
   * @param limit messages that are removed at the most
   */
  stepOf(channel: string, now: number, limit: number): Transaction {
    const step = new Transaction();
    const record = this.file.channels.get(channel);
    if (record) this.trim(step, channel, record, now, limit);
    return step;
  }

  /** Returns how many messages it removes. */
  private trim(step: Transaction, channel: string, record: Buffer, now: number, limit: number): number {
    const { channels, messages } = this.file;
    const { number, head, first } = decodeChannel(record);
    const { size, ttl } = this.terms.retention(channel);
    const end = Math.min(head + 1, first + limit);
    let kept = Math.min(Math.max(first, head - size + 1), end);
    const rest = { start: messageKey(number, kept), end: messageKey(number, end) };
    for (const { value } of kept < end ? messages.getRange(rest) : []) {
      if (appendedAt(value) >= now - ttl) break;
      kept += 1;
    }
    if (kept === first) return 0;
    for (let offset = first; offset < kept; offset += 1) {
      step.remove(messages, messageKey(number, offset), { placement: 'behind' });
    }
    step.put(channels, channel, encodeChannel({ number, head, first: kept }));
    return kept - first;
  }

  /** Returns how many keys it removes. */
  private expireKeys(step: Transaction, now: number, limit: number): number {
    const { keys, expiry } = this.file;
    const end = Math.max(0, now - this.terms.idempotencyTtl);
    let expired = 0;
    for (const { key: entry, value: bytes } of expiry.getRange({ end: expiryKey(end), limit })) {
      expired += 1;
      const record = keys.get(bytes);
      // The same key may have been used again since; then it is remembered under another entry.
      if (record && expires(entry, decodeKey(record))) step.remove(keys, bytes);
      step.remove(expiry, entry, { placement: 'behind' });
    }
    return expired;
  }
}
