/**
 * Brings the subscriptions of one connection that are behind back to the head of the log: page by page, each when the
 * connection has drained. One page at a time for all of them, so that a slow client costs a number and not a queue.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { ChannelLog } from '../engine/channel-log.ts';
import type { Listener } from '../gateway/listener.ts';
import type { ChannelCounts } from './counts/channel-counts.ts';
import { PAGE_SHARE } from './subscription.ts';
import type { Subscription } from './subscription.ts';
import { framesOf } from './encode.ts';

/** Messages of one page. */
const PAGE_SIZE = 500;

/** The share of HIGH_WATER that is free before a page is read: room for it, and for what was offered meanwhile. */
const DRAINED_SHARE = 1 / 2;

/** Milliseconds before the log is asked again after it could not be read. */
const RETRY = 1000;

const logger = new Logger('Channels');

/** Whom to read for, and from where. */
export interface ReaderOptions {
  readonly connection: Listener;
  readonly log: ChannelLog;
  readonly counts: ChannelCounts;
  /** Bytes of unsent frames above which the connection is too slow. */
  readonly highWater: number;
  /** Called when nothing is behind any more, or the client has gone. */
  readonly whenDone: () => void;
}

/** The reader of one connection, for as long as something is behind. */
export class Reader {
  private readonly connection: Listener;
  private readonly log: ChannelLog;
  private readonly counts: ChannelCounts;
  private readonly highWater: number;
  private readonly whenDone: () => void;
  private readonly behind = new Set<Subscription>();
  private reading = false;

  constructor({ connection, log, counts, highWater, whenDone }: ReaderOptions) {
    this.connection = connection;
    this.log = log;
    this.counts = counts;
    this.highWater = highWater;
    this.whenDone = whenDone;
  }

  /** How many are behind. */
  get behindCount(): number {
    return this.behind.size;
  }

  /** Takes on a subscription that is behind. */
  add(subscription: Subscription): void {
    this.behind.add(subscription);
    if (!this.reading) void this.work();
  }

  /** Lets go of one that has ended. */
  remove(subscription: Subscription): void {
    this.behind.delete(subscription);
  }

  /** Never rejects: what the log cannot give now is asked for again. */
  private async work(): Promise<void> {
    this.reading = true;
    for (let next = this.next(); next; next = this.next()) {
      try {
        await this.step(next);
      } catch (error) {
        logger.warn(`${next.channel} cannot be read and is tried again: ${(error as Error).message}`);
        await pause(RETRY, undefined, { ref: false });
      }
    }
    this.reading = false;
    this.whenDone();
  }

  /** The one that has waited longest, as long as there is somebody to read for. */
  private next(): Subscription | undefined {
    if (!this.connection.isOpen) return undefined;
    const [next] = this.behind;
    return next;
  }

  private async step(subscription: Subscription): Promise<void> {
    const { channel, epoch } = subscription;
    await this.connection.drained(this.highWater * DRAINED_SHARE);
    if (subscription.isSlow) await this.forgive(subscription);
    if (!this.behind.has(subscription)) return;
    const page = await this.log.read({
      channel,
      after: subscription.cursor,
      limit: PAGE_SIZE,
      maxBytes: this.highWater * PAGE_SHARE,
    });
    if (!this.behind.delete(subscription) || !this.connection.isOpen) return;
    // The log lost its data while clients were connected: only joining anew can tell them so.
    if (page.epoch !== epoch) return this.connection.close('restarting');
    this.counts.deliveries += subscription.take(page, (entries) =>
      framesOf(entries, page.epoch, this.connection.format),
    );
    if (subscription.isBehind) this.behind.add(subscription);
  }

  /** It drained: what it missed meanwhile comes from the log, or is left out where only the newest counts. */
  private async forgive(subscription: Subscription): Promise<void> {
    if (subscription.lag !== 'latest') return subscription.drained();
    const { head } = await this.log.reach(subscription.channel);
    // It may have ended while it was waited for; then a gap would be told of a channel that the client is not in.
    if (this.behind.has(subscription)) subscription.skipTo(head);
  }
}
