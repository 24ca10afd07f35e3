/**
 * From the log to everyone who hears a channel: what became durable together is encoded once for each frame format that
 * somebody listens in, and offered to every cursor. Who cannot take it now is left to its reader.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { Connection } from '../gateway/connection.ts';
import type { Frame, FrameFormat } from '../gateway/messages/frame.ts';
import { CHANNEL_LOG } from '../engine/channel-log.ts';
import type { Batch, ChannelLog } from '../engine/channel-log.ts';
import { Settings } from '../settings/settings.ts';
import { framesOf } from './frames.ts';
import { Reader } from './reader.ts';
import type { Subscription } from './subscription.ts';

/** All subscriptions of this process. */
@Injectable()
export class FanOut {
  private readonly channels = new Map<string, Set<Subscription>>();
  private readonly readers = new WeakMap<Connection, Reader>();

  constructor(
    @Inject(CHANNEL_LOG) private readonly log: ChannelLog,
    private readonly settings: Settings,
  ) {
    log.onAppended((batch) => this.deliver(batch));
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

  /** Sends an event that is news and no message to everyone in the channel who keeps up. */
  tell(channel: string, event: string, data: unknown): void {
    const frames = oncePerFormat((format) => format.encode(event, data));
    for (const { connection } of this.channels.get(channel) ?? []) {
      const frame = connection.unsent <= this.settings.highWater ? frames(connection.format) : undefined;
      if (frame) connection.write(frame);
    }
  }

  private deliver(batch: Batch): void {
    const frames = oncePerFormat((format) => framesOf(batch.entries, format));
    for (const subscription of this.channels.get(batch.channel) ?? []) {
      const { connection } = subscription;
      if (subscription.offer(batch, () => frames(connection.format))) continue;
      if (subscription.isSlow && subscription.lag === 'disconnect') connection.close('too_slow');
      else this.readerOf(connection).add(subscription);
    }
  }

  private readerOf(connection: Connection): Reader {
    const known = this.readers.get(connection);
    if (known) return known;
    const reader = new Reader(connection, this.log, this.settings.highWater);
    this.readers.set(connection, reader);
    return reader;
  }
}

function oncePerFormat<T extends Frame | Frame[] | undefined>(
  encode: (format: FrameFormat) => T,
): (format: FrameFormat) => T {
  const encoded = new Map<FrameFormat, T>();
  return (format) => {
    const known = encoded.get(format);
    if (known !== undefined) return known;
    const frames = encode(format);
    encoded.set(format, frames);
    return frames;
  };
}
