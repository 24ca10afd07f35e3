/**
 * The cursor of one connection on one channel: the offset of the last message that it was given.
 * A batch is passed on only if it continues the cursor; whatever else happens - just joined, too slow, news that were lost -
 * leaves the subscription behind, and its reader brings it back to the head from the log.
 */
import type { Batch, Page } from '../engine/channel-log.ts';
import type { Connection } from '../gateway/connection.ts';
import type { Frame } from '../gateway/messages/frame.ts';
import type { Lag } from '../settings/channel-rules.ts';

/** Where a subscription is to begin. */
export interface SubscriptionOptions {
  readonly connection: Connection;
  readonly channel: string;
  readonly lag: Lag;
  /** Bytes of unsent frames above which the connection is too slow. */
  readonly highWater: number;
}

/** One cursor. It is behind when it is made, and brought to the head by its reader. */
export class Subscription {
  readonly connection: Connection;
  readonly channel: string;
  readonly lag: Lag;
  /** The offset of the last message that was given. */
  cursor = 0;
  /** Names the life of the log that `cursor` counts in. */
  epoch = '';
  private readonly highWater: number;
  private live = false;
  private slow = false;
  /** The newest message that was offered and not taken. */
  private missed = 0;

  constructor({ connection, channel, lag, highWater }: SubscriptionOptions) {
    this.connection = connection;
    this.channel = channel;
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
  offer(batch: Batch, bytes: (connection: Connection) => Buffer): boolean {
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
    return false;
  }

  /** Passes on what was read from the log after the cursor, and becomes live if that reaches the head. */
  take(page: Page, frames: readonly Frame[]): void {
    this.tellGap(page.first - 1);
    for (const frame of frames) this.connection.write(frame);
    this.cursor += page.entries.length;
    if (this.cursor >= Math.max(page.head, this.missed)) this.live = true;
  }

  /** For lag `latest`: leaves out everything before the newest message. */
  skipTo(head: number): void {
    this.slow = false;
    this.tellGap(head - 1);
  }

  /** Has caught up with its client: its unsent frames have drained. */
  drained(): void {
    this.slow = false;
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
