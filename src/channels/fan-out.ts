/**
 * From the log to everyone who hears a channel: what became durable together is encoded once for each frame format that
 * somebody listens in, and offered to every cursor. Who cannot take it now is left to its reader.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { Listener } from '../gateway/listener.ts';
import { CHANNEL_LOG } from '../engine/channel-log.ts';
import type { Batch, ChannelLog } from '../engine/channel-log.ts';
import { Settings } from '../settings/settings.ts';
import { BatchWindow } from './batch-window.ts';
import { framesOf, shared } from './encode.ts';
import { Reader } from './reader.ts';
import type { Subscription } from './subscription.ts';

/** All subscriptions of this process. */
@Injectable()
export class FanOut implements OnModuleDestroy {
  private readonly channels = new Map<string, Set<Subscription>>();
  private readonly readers = new Map<Listener, Reader>();
  private readonly window: BatchWindow;

  constructor(
    @Inject(CHANNEL_LOG) private readonly log: ChannelLog,
    private readonly settings: Settings,
  ) {
    this.window = new BatchWindow(settings.batchWindow, (batch) => this.deliver(batch));
    log.onAppended((batch) => this.window.add(batch));
    log.onReset((channel, epoch) => this.reset(channel, epoch));
  }

  /** The server is leaving: what is durable reaches the clients before they are sent away. */
  onModuleDestroy(): void {
    this.window.close();
  }

  /** Takes in a subscription, which begins behind: its reader brings it to the head. */
  add(subscription: Subscription): void {
    const subscribers = this.channels.get(subscription.channel);
    if (subscribers) subscribers.add(subscription);
    else this.channels.set(subscription.channel, new Set([subscription]));
    this.readerOf(subscription.connection).add(subscription);
  }

  /** Ends a subscription: nothing of its channel is sent any more. */
  remove(subscription: Subscription): void {
    const subscribers = this.channels.get(subscription.channel);
    subscribers?.delete(subscription);
    if (subscribers?.size === 0) this.channels.delete(subscription.channel);
    this.readers.get(subscription.connection)?.remove(subscription);
  }

  /** How many hear a channel. */
  subscribersOf(channel: string): number {
    return this.channels.get(channel)?.size ?? 0;
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
    for (const subscription of this.channels.get(batch.channel) ?? []) {
      if (subscription.offer(batch, bytes)) continue;
      const { connection } = subscription;
      if (subscription.isSlow && subscription.lag === 'disconnect') connection.close('too_slow');
      else this.readerOf(connection).add(subscription);
    }
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
    const { log } = this;
    const { highWater } = this.settings;
    // Most connections stay at the head for hours: what brought them there need not stay with them.
    const reader = new Reader({ connection, log, highWater, whenDone: () => this.readers.delete(connection) });
    this.readers.set(connection, reader);
    return reader;
  }
}
