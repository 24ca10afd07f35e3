/**
 * Presence over all nodes, in Redis. Each connection is kept with its node, and each node holds one lease, which it renews for all
 * of its connections at once. The connections of a node whose lease is over are taken away by whichever node notices
 * first; their users have the grace that everybody has, and are told to have left when no other node has them.
 *
 * From a kill -9 to `left`: LEASE until the lease is over, TICK until somebody notices, the grace, TICK until somebody ends it:
 * 12 s at the most.
 *
 * While Redis is away nobody's lease can be renewed. Afterwards all of them are over: a node that was late itself takes
 * nobody away, tells Redis who is here, and looks again when the others had time to do the same.
 */
import type { User } from '../../../protocol/events.ts';
import { EngineUnavailable } from '../../engine-unavailable.ts';
import { PRESENCE_GRACE } from '../../presence-store.ts';
import type { Present, PresenceListener, PresenceStore } from '../../presence-store.ts';
import type { RedisConnection } from '../connection/connection.ts';
import { failureOf } from '../connection/redis-error.ts';
import { inChunks } from '../in-chunks.ts';
import { newId } from '../new-id.ts';
import { PresenceChannel } from './presence-channel.ts';
import type { PresenceTerms } from './presence-channel.ts';
import { channelsOfKey, NODES, presenceChannel } from './presence-keys.ts';
import { LEASE_SCRIPT } from './scripts.ts';

/** Milliseconds that a node counts as alive without a sign of life. */
const LEASE = 5000;

/** Milliseconds between two signs of life, and two looks at who is due to leave. */
const TICK = 1000;

/** What a presence store may be made with. */
export interface RedisPresenceOptions {
  /** The clock, ms since 1970; left out, it is that of Redis, which all nodes share. */
  readonly now?: () => number;
  /** Milliseconds between two ticks. */
  readonly tick?: number;
}

/** Presence in Redis. Whoever made the connection closes it. */
export class RedisPresence implements PresenceStore {
  private readonly node = newId();
  private readonly channels = new Map<string, PresenceChannel>();
  private readonly byPlace = new Map<string, PresenceChannel>();
  private readonly terms: PresenceTerms;
  private readonly timer: NodeJS.Timeout;
  private listener: PresenceListener = () => {};
  private life: string | undefined;
  private ticking: Promise<void> | undefined;
  private isClosed = false;

  constructor(
    private readonly connection: RedisConnection,
    { now, tick = TICK }: RedisPresenceOptions = {},
  ) {
    const { node } = this;
    this.terms = { connection, node, grace: PRESENCE_GRACE, now, changed: (change) => this.listener(change) };
    connection.news.on(connection.isCluster ? 'smessage' : 'message', (place: string, news: string) => {
      if (!this.isClosed) this.byPlace.get(place)?.receive(news);
    });
    connection.onConnected(() => this.resume());
    this.timer = setInterval(() => void this.tick(), tick).unref();
  }

  async enter(channel: string, user: User, connection: string): Promise<void> {
    this.refuseIfClosed();
    await this.channel(channel).enter(user, connection);
  }

  async leave(channel: string, _user: User, connection: string): Promise<void> {
    this.refuseIfClosed();
    await this.channel(channel).leave(connection);
  }

  async list(channel: string): Promise<readonly Present[]> {
    this.refuseIfClosed();
    return new PresenceChannel(channel, this.terms).list();
  }

  onChanged(listener: PresenceListener): void {
    this.listener = listener;
  }

  /** Gives up the lease: the other nodes look after what this one leaves behind, at once. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.timer);
    await this.ticking;
    await this.connection.send('zadd', NODES, 0, this.node).catch(() => {});
  }

  /** Gives a sign of life, and does what is due. One at a time; never rejects: what fails is done by the next one. */
  tick(): Promise<void> {
    if (this.isClosed || !this.connection.isReady) return Promise.resolve();
    this.ticking ??= this.work()
      .catch((error: unknown) => {
        if (failureOf(error) === 'refused') this.connection.refused(error);
      })
      .finally(() => (this.ticking = undefined));
    return this.ticking;
  }

  private async work(): Promise<void> {
    const [had, life, ...gone] = (await this.connection.run(
      LEASE_SCRIPT,
      [NODES],
      [this.terms.now?.() ?? '', this.node, LEASE],
    )) as string[];
    if (had === '1') {
      for (const node of gone) await this.clearUpAfter(node);
    } else {
      // Somebody may have taken our connections away; and a Redis that began anew never knew of them.
      const isQuiet = this.life !== undefined && life !== this.life;
      await inChunks([...this.channels.values()], async (channel) => channel.settle(isQuiet));
    }
    this.life = life;
    await inChunks([...this.channels.values()], async (channel) => channel.tend());
    for (const [name, channel] of this.channels) if (channel.isIdle) await this.forget(name, channel);
  }

  /** Its lease goes last: somebody who dies in the middle of this leaves it to the next one. */
  private async clearUpAfter(node: string): Promise<void> {
    const left = (await this.connection.send('smembers', channelsOfKey(node))) as string[];
    await inChunks(left, async (name) => this.channel(name).clear(node));
    await this.connection.send('del', channelsOfKey(node));
    await this.connection.send('zrem', NODES, node);
  }

  private resume(): void {
    for (const channel of this.channels.values()) channel.reopen();
    void this.tick();
  }

  private channel(name: string): PresenceChannel {
    const known = this.channels.get(name);
    if (known) return known;
    const channel = new PresenceChannel(name, this.terms);
    this.channels.set(name, channel);
    this.byPlace.set(presenceChannel(name), channel);
    return channel;
  }

  private async forget(name: string, channel: PresenceChannel): Promise<void> {
    this.channels.delete(name);
    this.byPlace.delete(presenceChannel(name));
    await channel.close();
  }

  private refuseIfClosed(): void {
    if (this.isClosed) throw new EngineUnavailable('The presence store is closed.');
  }
}
