/**
 * Channels: who hears which, and what is said in them. Gateways of your own may inject it to publish and to subscribe.
 * A message is written once for each frame format that somebody listens in, and that frame goes to all of them.
 */
import { Injectable } from '@nestjs/common';
import type { MessageData, Position, PublishAck } from '../protocol/events.ts';
import type { Connection } from '../gateway/connection.ts';
import { GatewayError } from '../gateway/messages/gateway-error.ts';
import type { Frame, FrameFormat } from '../gateway/messages/frame.ts';
import { Settings } from '../settings/settings.ts';
import { Channel } from './channel.ts';
import type { Publication, Start } from './channel.ts';

/** A channel that somebody is in; it is forgotten with the last subscriber. */
interface Room {
  readonly channel: Channel;
  readonly subscribers: Set<Connection>;
}

/** All channels of this process. */
@Injectable()
export class ChannelsService {
  private readonly rooms = new Map<string, Room>();
  private readonly joined = new Map<Connection, Set<string>>();

  constructor(private readonly settings: Settings) {}

  /**
   * Subscribes a connection: from now on it is sent every message of the channel. Again is no error, and starts anew.
   *
   * @param welcome called with where the subscription starts, before anything of the channel is sent
   * @throws GatewayError `channel_limit` past MAX_CHANNELS
   */
  join(connection: Connection, name: string, since: Position | undefined, welcome: (start: Start) => void): void {
    const channels = this.joined.get(connection) ?? new Set<string>();
    if (!channels.has(name) && channels.size >= this.settings.maxChannels) throw new GatewayError('channel_limit');
    if (!connection.isOpen) return;
    const room = this.rooms.get(name) ?? { channel: new Channel(name), subscribers: new Set() };
    welcome(room.channel.startFrom(since));
    this.rooms.set(name, room);
    room.subscribers.add(connection);
    this.joined.set(connection, channels.add(name));
  }

  /**
   * Ends a subscription.
   *
   * @throws GatewayError `not_joined`
   */
  leave(connection: Connection, name: string): void {
    if (!this.joined.get(connection)?.delete(name)) throw new GatewayError('not_joined');
    this.unsubscribe(connection, name);
  }

  /** Ends every subscription of a connection that has gone. */
  leaveAll(connection: Connection): void {
    for (const name of this.joined.get(connection) ?? []) this.unsubscribe(connection, name);
    this.joined.delete(connection);
  }

  /** Appends a message and sends it to everyone in the channel. The author need not be in it. */
  publish(name: string, publication: Publication): PublishAck {
    const room = this.rooms.get(name);
    const { ack, message } = (room?.channel ?? new Channel(name)).append(publication);
    if (room && message) fanOut(room.subscribers, message);
    return ack;
  }

  private unsubscribe(connection: Connection, name: string): void {
    const room = this.rooms.get(name);
    room?.subscribers.delete(connection);
    if (room?.subscribers.size === 0) this.rooms.delete(name);
  }
}

function fanOut(subscribers: ReadonlySet<Connection>, message: MessageData): void {
  const frames = new Map<FrameFormat, Frame | undefined>();
  for (const connection of subscribers) {
    const { format } = connection;
    if (!frames.has(format)) frames.set(format, format.encode('message', message));
    const frame = frames.get(format);
    if (frame) connection.write(frame);
  }
}
