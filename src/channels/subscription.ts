/**
 * The cursor of one connection on one channel: the offset of the last message that it was given.
 * A batch is passed on only if it continues the cursor; whatever else happens - just joined, too slow, news that were lost -
 * leaves the subscription behind, and its reader brings it back to the head from the log.
 */
import type { Batch, Entry, Page } from '../engine/channel-log.ts';
import type { Listener } from '../gateway/listener.ts';
import type { Frame } from '../gateway/messages/frame.ts';
import type { User } from '../protocol/events.ts';
import type { Lag } from '../settings/channel-rules.ts';

/** The share of HIGH_WATER that one page of the log may fill. */
export const PAGE_SHARE = 1 / 4;

/** Where a subscription is to begin. */
export interface SubscriptionOptions {
  readonly connection: Listener;
  readonly channel: string;
  readonly lag: Lag;
  /** Bytes of unsent frames above which the connection is too slow. */
  readonly highWater: number;
}

/** One cursor. It is behind when it is made, and brought to the head by its reader. */
export class Subscription {
  readonly connection: Listener;
  readonly channel: string;
  readonly lag: Lag;
  /** As whom its connection is present in the channel, also when it proves to be somebody else later. */
  user: User;
  /** The offset of the last message that was given. */
  cursor = 0;
  /** Names the life of the log that `cursor` counts in. */
  epoch = '';
  private readonly highWater: number;
  private live = false;
  private slow = false;
  /** The newest message that was offered and not taken. */
  private missed = 0;
  /** What was offered while its reader reads, to follow what is read: else a stream of news would be a race without end. */
  private held: Batch[] | undefined;
  private heldLength = 0;

  constructor({ connection, channel, lag, highWater }: SubscriptionOptions) {
    this.connection = connection;
    this.channel = channel;
    this.user = connection.user;
    this.lag = lag;
    this.highWater = highWater;
  }

  /** Whether it waits for its reader. */
  get isBehind(): boolean {
    return !this.live;
  }

  /** Whether it fell behind because its client does not read fast enough. */
  get isSlow(): boolean {
    return this.slow;
  }

  /** Sets the cursor: everything up to `offset` is as if it had been given. */
  startAt(epoch: string, offset: number): void {
    this.epoch = epoch;
    this.cursor = offset;
  }

  /**
   * Passes a batch on if it continues the cursor and the client keeps up.
   *
   * @param bytes the batch's entries, encoded for a connection; asked for only when they are written
   * @returns false when the subscription is behind now
   */
  offer(batch: Batch, bytes: (connection: Listener) => Buffer): boolean {
    const first = firstOf(batch);
    const last = first + batch.entries.length - 1;
    if (last <= this.cursor && batch.epoch === this.epoch) return this.live;
    this.slow ||= this.connection.unsent > this.highWater;
    if (this.live && !this.slow && batch.epoch === this.epoch && first === this.cursor + 1) {
      this.connection.share(bytes(this.connection));
      this.cursor = last;
      return true;
    }
    this.live = false;
    this.missed = last;
    if (this.slow) this.letGo();
    else if (batch.epoch === this.epoch) this.hold(batch);
    return false;
  }

  /**
   * Passes on what was read from the log after the cursor, and what was offered meanwhile. Becomes live if that reaches the head.
   *
   * @param encode entries for this connection
   * @returns how many messages were passed on
   */
  take(page: Page, encode: (entries: readonly Entry[]) => readonly Frame[]): number {
    // Where nothing follows, or not at once, it is no longer kept: trimmed, or deleted by somebody.
    this.tellGap((page.entries[0]?.offset ?? page.head + 1) - 1);
    let passed = this.pass(page.entries, encode);
    for (const { entries } of this.held ?? []) {
      const next = entries.filter(({ offset }) => offset > this.cursor);
      if (next[0]?.offset === this.cursor + 1) passed += this.pass(next, encode);
    }
    if (this.cursor < Math.max(page.head, this.missed)) return passed;
    this.live = true;
    this.letGo();
    return passed;
  }

  /** For lag `latest`: leaves out everything before the newest message. */
  skipTo(head: number): void {
    this.slow = false;
    this.letGo();
    this.tellGap(head - 1);
  }

  /** Has caught up with its client: its unsent frames have drained. */
  drained(): void {
    this.slow = false;
  }

  private pass(entries: readonly Entry[], encode: (entries: readonly Entry[]) => readonly Frame[]): number {
    for (const frame of encode(entries)) this.connection.write(frame);
    this.cursor += entries.length;
    return entries.length;
  }

  /** Keeps the newest batches, no more of them than a page may have: older ones are read like all that came before. */
  private hold(batch: Batch): void {
    const length = batch.entries.reduce((sum, { json }) => sum + json.length, 0);
    if (this.heldLength + length > this.highWater * PAGE_SHARE) this.letGo();
    if (length > this.highWater * PAGE_SHARE) return;
    (this.held ??= []).push(batch);
    this.heldLength += length;
  }

  private letGo(): void {
    this.held = undefined;
    this.heldLength = 0;
  }

  /** Tells that nothing up to `to` will come, if it has not come already. */
  private tellGap(to: number): void {
    if (to <= this.cursor) return;
    this.connection.send('gap', { channel: this.channel, from: this.cursor + 1, to });
    this.cursor = to;
  }
}

function firstOf({ entries }: Batch): number {
  return entries[0]?.offset ?? 0;
}
