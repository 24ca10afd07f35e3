/**
 * One channel of the presence store, as one node sees it: who of its own is in it, and the scripts that tell Redis so.
 * Relies on Redis to run what one connection sends in the order in which it was sent. What did not get through is not sent again
 * but settled: Redis is told who is here now, whatever it knew.
 */
import { EventEmitter, once } from 'node:events';
import type { User } from '../../../protocol/events.ts';
import type { Present, PresenceChange } from '../../presence-store.ts';
import type { Argument, RedisConnection } from '../connection/connection.ts';
import { failureOf } from '../connection/redis-error.ts';
import type { Script } from '../connection/script.ts';
import { newId } from '../new-id.ts';
import { channelsOfKey, presenceChannel, presenceKeys } from './presence-keys.ts';
import { ENTER_SCRIPT, LEAVE_SCRIPT, LIST_SCRIPT, SETTLE_SCRIPT, SWEEP_SCRIPT } from './scripts.ts';

/** Milliseconds that news may take longer than the answer to the call that caused them. */
const LATE = 500;

/** What all channels of a node share. */
export interface PresenceTerms {
  readonly connection: RedisConnection;
  /** Names the node. */
  readonly node: string;
  /** Milliseconds between a user's last connection leaving and `left`. */
  readonly grace: number;
  /** The clock of the store, ms since 1970; nothing for that of Redis, which all nodes share. */
  readonly now?: (() => number) | undefined;
  /** Hears of changes. */
  readonly changed: (change: PresenceChange) => void;
}

/** One channel. */
export class PresenceChannel {
  /** By connection. */
  private readonly mine = new Map<string, User>();
  private readonly awaited = new Map<string, OwnNews>();
  private opening: Promise<void> | undefined;
  private isUnsettled = false;
  /** By `clock`; when a grace is over that this node looks after. */
  private due = Infinity;

  constructor(
    private readonly channel: string,
    private readonly terms: PresenceTerms,
  ) {}

  /** Whether nobody of this node is here, and no grace is to be looked after. */
  get isIdle(): boolean {
    return this.mine.size === 0 && this.due === Infinity && !this.isUnsettled && this.awaited.size === 0;
  }

  /** A connection is here. What Redis doesn't take now it is told as soon as it is back. */
  async enter(user: User, connection: string): Promise<void> {
    this.mine.set(connection, user);
    await this.change(ENTER_SCRIPT, () => [`${this.terms.node} ${connection}`, user.id, JSON.stringify(user)]);
  }

  /** A connection is here no more; as `enter`. */
  async leave(connection: string): Promise<void> {
    this.mine.delete(connection);
    await this.change(LEAVE_SCRIPT, () => [`${this.terms.node} ${connection}`]);
  }

  /**
   * Tells Redis who of this node is here.
   *
   * @param isQuiet whether it is no news, as Redis has forgotten what it knew
   */
  async settle(isQuiet: boolean): Promise<void> {
    this.isUnsettled = false;
    await this.change(SETTLE_SCRIPT, () => [
      this.terms.node,
      isQuiet ? 1 : 0,
      ...[...this.mine].flatMap(([connection, user]) => [connection, user.id, JSON.stringify(user)]),
    ]);
  }

  /** Takes away the connections of a node that is gone. Rejects when Redis was not told. */
  async clear(node: string): Promise<void> {
    const isDone = await this.change(SETTLE_SCRIPT, () => [node, 0]);
    if (!isDone) throw this.terms.connection.unavailable();
  }

  /** Ends the graces that are over, and settles what did not get through. */
  async tend(): Promise<void> {
    if (this.isUnsettled) await this.settle(false);
    else if (this.due <= this.clock()) await this.change(SWEEP_SCRIPT, () => []);
  }

  /** Everyone who is here. Throws EngineUnavailable. */
  async list(): Promise<Present[]> {
    const { connection } = this.terms;
    const found = (await connection.ask(LIST_SCRIPT, presenceKeys(this.channel), [])) as string[];
    return Array.from({ length: found.length / 2 }, (_, index) => ({
      ...(JSON.parse(found[2 * index] ?? '') as User),
      connections: Number(found[2 * index + 1]),
    }));
  }

  /** What Redis published. */
  receive(news: string): void {
    const [token = '', change, ...json] = news.split(' ');
    const user = userOf(json.join(' '));
    if (user && (change === 'joined' || change === 'left')) this.terms.changed({ channel: this.channel, change, user });
    this.awaited.get(token)?.add();
  }

  /** Hears its news, and lets others know where to look when this node is gone. */
  async open(): Promise<void> {
    const { connection, node } = this.terms;
    const place = presenceChannel(this.channel);
    await Promise.all([
      connection.isCluster ? connection.news.ssubscribe(place) : connection.news.subscribe(place),
      connection.send('sadd', channelsOfKey(node), this.channel),
    ]);
  }

  /** Hears no more. What fails is of a connection that has gone. */
  async close(): Promise<void> {
    const { connection, node } = this.terms;
    const place = presenceChannel(this.channel);
    await Promise.allSettled([
      connection.isCluster ? connection.news.sunsubscribe(place) : connection.news.unsubscribe(place),
      connection.send('srem', channelsOfKey(node), this.channel),
    ]);
  }

  /** Redis was away: it may know nothing of what it was told, and subscriptions are gone. */
  reopen(): void {
    this.opening = undefined;
    this.isUnsettled = true;
  }

  /** Resolves with whether Redis was told. */
  private async change(script: Script, args: () => readonly Argument[]): Promise<boolean> {
    const { connection, grace, now } = this.terms;
    const token = newId();
    const own = new OwnNews();
    this.awaited.set(token, own);
    try {
      await (this.opening ??= this.open());
      const publish = connection.isCluster ? 'SPUBLISH' : 'PUBLISH';
      const shared = [now?.() ?? '', grace, publish, presenceChannel(this.channel), token];
      const answer = connection.run(script, presenceKeys(this.channel), [...shared, ...args()]);
      const [soonest, count] = (await answer) as [number, number];
      this.due = soonest < 0 ? Infinity : this.clock() + soonest;
      // Whoever caused a change has been told of it, like everybody else here, when the call is over.
      await own.heard(count);
      return true;
    } catch (error) {
      if (failureOf(error) === 'refused') connection.refused(error);
      this.reopen();
      return false;
    } finally {
      this.awaited.delete(token);
    }
  }

  private clock(): number {
    return this.terms.now?.() ?? performance.now();
  }
}

/** Anybody may publish: what is no user is not ours, and must not end the process of everyone who hears it. */
function userOf(json: string): User | undefined {
  try {
    return JSON.parse(json) as User;
  } catch {
    return undefined;
  }
}

/** The news that one call causes. */
class OwnNews {
  private count = 0;
  private readonly arrived = new EventEmitter();

  add(): void {
    this.count += 1;
    this.arrived.emit('news');
  }

  /** Resolves when so many have been heard, or are late. */
  async heard(expected: number): Promise<void> {
    const late = AbortSignal.timeout(LATE);
    while (this.count < expected && !late.aborted) await once(this.arrived, 'news', { signal: late }).catch(() => {});
  }
}
