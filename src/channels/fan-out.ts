/**
 * From the log to everyone who hears a channel: what became durable together is encoded once for each frame format that
 * somebody listens in, and offered to every cursor. Who cannot take it now is left to its reader.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { Listener } from '../gateway/listener.ts';
import { CHANNEL_LOG } from '../engine/channel-log.ts';
import type { Batch, ChannelLog } from '../engine/channel-log.ts';
import { isOwnChannel } from '../settings/channel-rules.ts';
import { Settings } from '../settings/settings.ts';
import { BatchWindow } from './batch-window.ts';
import { ChannelCounts } from './counts/channel-counts.ts';
import { framesOf, shared } from './encode.ts';
import { Reader } from './reader.ts';
import type { Subscription } from './subscription.ts';
import { DELIVERIES } from './trace.ts';
import type { DeliveryTrace } from './trace.ts';

/** All subscriptions of this process. */
@Injectable()
export class FanOut implements OnModuleDestroy {
  private readonly channels = new Map<string, Set<Subscription>>();
  private readonly readers = new Map<Listener, Reader>();
  private readonly window: BatchWindow;
  private subscriptions = 0;

  constructor(
    @Inject(CHANNEL_LOG) private readonly log: ChannelLog,
    private readonly settings: Settings,
    private readonly counts: ChannelCounts,
  ) {
    this.window = new BatchWindow(settings.batchWindow, (batch) => this.deliver(batch));
    log.onAppended((batch) => this.window.add(batch));
    log.onReset((channel, epoch) => this.reset(channel, epoch));
  }

  /** The server is leaving: what is durable reaches the clients before they are sent away. */
  onModuleDestroy(): void {
    this.window.close();
  }

  /** Channels that somebody hears. */
  get channelCount(): number {
    return this.channels.size;
  }

  /** Subscriptions of all of them. */
  get subscriptionCount(): number {
    return this.subscriptions;
  }

  /** Subscriptions that are behind the head, and are brought there or wait for their client to take what it has been sent. */
  get laggingCount(): number {
    let count = 0;
    for (const reader of this.readers.values()) count += reader.behindCount;
    return count;
  }

  /** Takes in a subscription, which begins behind: its reader brings it to the head. */
  add(subscription: Subscription): void {
    const subscribers = this.channels.get(subscription.channel);
    this.subscriptions += 1;
    if (subscribers) subscribers.add(subscription);
    else this.channels.set(subscription.channel, new Set([subscription]));
    this.readerOf(subscription.connection).add(subscription);
  }

  /** Ends a subscription: nothing of its channel is sent any more. */
  remove(subscription: Subscription): void {
    const subscribers = this.channels.get(subscription.channel);
    if (subscribers?.delete(subscription)) this.subscriptions -= 1;
    if (subscribers?.size === 0) this.channels.delete(subscription.channel);
    this.readers.get(subscription.connection)?.remove(subscription);
  }

  /** How many hear a channel. */
  subscribersOf(channel: string): number {
    return this.channels.get(channel)?.size ?? 0;
  }

  /** Each channel that somebody hears, with how many do. */
  *subscribers(): Iterable<readonly [channel: string, count: number]> {
    for (const [channel, subscribers] of this.channels) yield [channel, subscribers.size];
  }

  /** Sends an event that is news and no message to everyone in the channel who keeps up. */
  tell(channel: string, event: string, data: unknown): void {
    const bytes = shared((format) => {
      const frame = format.encode(event, data);
      return frame ? [frame] : [];
    });
    for (const { connection } of this.channels.get(channel) ?? []) {
      if (connection.unsent <= this.settings.highWater) connection.share(bytes(connection));
    }
  }

  private deliver(batch: Batch): void {
    const bytes = shared((format) => framesOf(batch.entries, batch.epoch, format));
    let given = 0;
    for (const subscription of this.channels.get(batch.channel) ?? []) {
      const before = subscription.cursor;
      const isLive = subscription.offer(batch, bytes);
      given += subscription.cursor - before;
      if (isLive) continue;
      const { connection } = subscription;
      connection.lagged ||= subscription.isSlow;
      if (subscription.isSlow && subscription.lag === 'disconnect') connection.close('too_slow');
      else this.readerOf(connection).add(subscription);
    }
    // What nodes tell of themselves is not what they are there for.
    if (!isOwnChannel(batch.channel)) this.counts.delivered(batch, given);
    if (DELIVERIES.hasSubscribers) DELIVERIES.publish(traceOf(batch, given));
  }

  /** The log lost its data while clients were connected, or may have: only joining anew can tell them so. */
  private reset(channel: string, epoch: string): void {
    for (const subscription of this.channels.get(channel) ?? []) {
      if (subscription.epoch !== epoch) subscription.connection.close('restarting');
    }
  }

  private readerOf(connection: Listener): Reader {
    const known = this.readers.get(connection);
    if (known) return known;
    const { log, counts } = this;
    const { highWater } = this.settings;
    // Most connections stay at the head for hours: what brought them there need not stay with them.
    const reader = new Reader({ connection, log, counts, highWater, whenDone: () => this.readers.delete(connection) });
    this.readers.set(connection, reader);
    return reader;
  }
}

function traceOf({ channel, entries }: Batch, deliveries: number): DeliveryTrace {
  return { channel, first: entries[0]?.offset ?? 0, messages: entries.length, deliveries };
}
