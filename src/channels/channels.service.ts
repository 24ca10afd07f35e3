/**
 * Channels: who hears which, what is said in them, and who is there. Gateways of your own may inject it.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { allows } from '../access/permissions.ts';
import { CHANNEL_LOG } from '../engine/channel-log.ts';
import type { ChannelLog, ListedChannel, ListRequest, Publication } from '../engine/channel-log.ts';
import { EngineUnavailable } from '../engine/engine-unavailable.ts';
import type { Connection } from '../gateway/connection.ts';
import { Connections } from '../gateway/connections.ts';
import type { Listener } from '../gateway/listener.ts';
import { describe, GatewayError } from '../gateway/messages/gateway-error.ts';
import type { ErrorData } from '../protocol/error-codes.ts';
import type { HistoryAck, JoinAck, PresenceAck, PublishAck } from '../protocol/events.ts';
import { ChannelRules } from '../settings/channel-rules.ts';
import { Settings } from '../settings/settings.ts';
import { isChannelName } from './dto/channel-name.ts';
import { ChannelCounts } from './counts/channel-counts.ts';
import { FanOut } from './fan-out.ts';
import { historyOf } from './history.ts';
import type { HistoryRequest } from './history.ts';
import { Presence } from './presence.ts';
import { startOf } from './start.ts';
import type { Since } from './start.ts';
import { Subscription } from './subscription.ts';
import { APPENDS } from './trace.ts';

/** A channel, for operators. */
export interface ChannelInfo {
  readonly channel: string;
  /** The oldest message that is kept; one more than `last` when none is. */
  readonly first: number;
  /** The newest message. */
  readonly last: number;
  /** Connections to this node that are in it. */
  readonly subscribers: number;
}
const NO_LONGER = new GatewayError('forbidden', 'You are no longer allowed to hear this channel.');

/** What `join` takes. */
export interface JoinRequest {
  readonly channel: string;
  readonly since?: Since;
}

/** All channels. Every method that asks the engine gives GatewayError `unavailable` when it cannot answer for now. */
@Injectable()
export class ChannelsService {
  private readonly logger = new Logger('Channels');
  private readonly joined = new Map<Listener, Map<string, Subscription>>();

  constructor(
    @Inject(CHANNEL_LOG) private readonly log: ChannelLog,
    private readonly fanOut: FanOut,
    private readonly presence: Presence,
    private readonly rules: ChannelRules,
    private readonly settings: Settings,
    private readonly counts: ChannelCounts,
    connections: Connections,
  ) {
    connections.onRenewed(async (connection) => this.renewed(connection));
  }

  /**
   * Subscribes a connection. A channel that it is in already is started anew.
   *
   * @param welcome called with the answer, before anything of the channel is sent; not when the client has gone meanwhile
   * @throws GatewayError `channel_limit` past MAX_CHANNELS
   */
  async join(connection: Listener, { channel, since }: JoinRequest, welcome: (ack: JoinAck) => void): Promise<void> {
    const mine = this.joined.get(connection) ?? new Map<string, Subscription>();
    if (!mine.has(channel) && mine.size >= this.settings.maxChannels) throw new GatewayError('channel_limit');
    const reach = await available(this.watch(channel));
    if (!connection.isOpen) return this.log.unwatch(channel);

    const again = mine.get(channel);
    if (again) this.end(again);
    const { lag } = this.rules.ruleFor(channel);
    const subscription = new Subscription({ connection, channel, lag, highWater: this.settings.highWater });
    const { offset, recovered } = startOf(reach, since);
    subscription.startAt(reach.epoch, offset);
    welcome({ channel, epoch: reach.epoch, offset, recovered, first: reach.first });
    this.joined.set(connection, mine.set(channel, subscription));
    this.fanOut.add(subscription);
    await available(this.presence.enter(subscription));
  }

  /**
   * Ends a subscription.
   *
   * @throws GatewayError `not_joined`
   */
  async leave(connection: Listener, channel: string): Promise<void> {
    const mine = this.joined.get(connection);
    const subscription = mine?.get(channel);
    if (!mine || !subscription) throw new GatewayError('not_joined');
    mine.delete(channel);
    this.end(subscription);
    await available(this.presence.leave(subscription));
  }

  /** Ends every subscription of a connection that has gone. */
  async leaveAll(connection: Listener): Promise<void> {
    const mine = this.joined.get(connection);
    this.joined.delete(connection);
    for (const subscription of mine?.values() ?? []) this.end(subscription);
    await Promise.all([...(mine?.values() ?? [])].map(async (subscription) => this.presence.leave(subscription)));
  }

  /** Appends a message. Resolves when it is durable; by then it is on its way to everyone in the channel. */
  publish(channel: string, publication: Publication): Promise<PublishAck> {
    const begin = performance.now();
    const appended = APPENDS.hasSubscribers
      ? APPENDS.tracePromise(() => this.log.append(channel, publication), { channel })
      : this.log.append(channel, publication);
    return appended.then(
      ({ epoch, offset, at, duplicate }) => {
        this.counts.append.add(performance.now() - begin);
        if (duplicate) this.counts.duplicates += 1;
        else this.counts.appended += 1;
        return { channel, epoch, offset, at, duplicate };
      },
      (error: unknown) => {
        this.counts.failed += 1;
        return refuse(error);
      },
    );
  }

  /** A piece of a channel's past. */
  async history(request: HistoryRequest): Promise<HistoryAck> {
    return available(historyOf(this.log, request));
  }

  /**
   * Who is in a channel.
   *
   * @throws GatewayError `forbidden` when the channel's rule does not ask for presence
   */
  async present(channel: string): Promise<PresenceAck> {
    return { channel, users: await available(this.presence.list(channel)) };
  }

  /** The channels in which something was said, by name, at most `limit` (1..500) of those behind `after`. */
  async list(request: ListRequest): Promise<readonly ChannelInfo[]> {
    const found: ListedChannel[] = [];
    for (let next: ListRequest | undefined = request; next;) {
      const piece: readonly ListedChannel[] = await available(this.log.list(next));
      // The server has channels of its own between them.
      found.push(...piece.filter(({ channel }) => isChannelName(channel)));
      const last = piece.at(-1);
      const isAll = last === undefined || piece.length < request.limit || found.length >= request.limit;
      next = isAll ? undefined : { after: last.channel, limit: request.limit };
    }
    return found.slice(0, request.limit).map(({ channel, first, head }) => {
      return { channel, first, last: head, subscribers: this.fanOut.subscribersOf(channel) };
    });
  }

  /** In how many channels a connection is. */
  countOf(connection: Listener): number {
    return this.joined.get(connection)?.size ?? 0;
  }

  /** A client has sent a newer token: what it may no longer hear ends, and where it is somebody else now it is there as that. */
  private async renewed(connection: Connection): Promise<void> {
    for (const subscription of this.joined.get(connection)?.values() ?? []) {
      const { channel, user } = subscription;
      try {
        if (!allows(connection.identity, 'join', channel)) {
          connection.send('error', { ...NO_LONGER.data, channel } satisfies ErrorData);
          await this.leave(connection, channel);
        } else if (user.id !== connection.user.id) {
          await this.presence.leave(subscription);
          subscription.user = connection.user;
          await this.presence.enter(subscription);
        }
      } catch (error) {
        // Who is there cannot be changed for now; its token is taken nevertheless.
        this.logger.warn(`presence in a channel is out of date: ${describe(error)}`);
      }
    }
  }

  private async watch(channel: string): ReturnType<ChannelLog['reach']> {
    await this.log.watch(channel);
    try {
      return await this.log.reach(channel);
    } catch (error) {
      this.log.unwatch(channel);
      throw error;
    }
  }

  private end(subscription: Subscription): void {
    this.fanOut.remove(subscription);
    this.log.unwatch(subscription.channel);
  }
}

/** What the engine cannot do for now is told to the client as that, and not as a fault. */
async function available<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error: unknown): never {
  throw error instanceof EngineUnavailable ? new GatewayError('unavailable') : error;
}
