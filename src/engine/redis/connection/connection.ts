/**
 * A node's connection to Redis: runs scripts, says whether Redis is there, and finds it again by itself.
 * Relies on ioredis to connect anew for ever. Whether a Redis may be believed to keep what it acknowledges is asked at each
 * connect, before anything else is sent.
 * Guarantees that every call ends: with an answer, or with an error after PATIENCE.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import type { Redis } from 'ioredis';
import type { RedisTarget } from '../../../settings/redis-url.ts';
import type { EngineHealth } from '../../channel-log.ts';
import { EngineStartError } from '../../engine-start-error.ts';
import { EngineUnavailable } from '../../engine-unavailable.ts';
import { clientsFor, corkTurn } from './clients.ts';
import type { Client } from './clients.ts';
import { Gate } from './gate.ts';
import { inTime } from './in-time.ts';
import { failureOf, isNoScript, isOfTheUrl } from './redis-error.ts';
import type { Script } from './script.ts';
import { inspect } from './server-facts.ts';

/** Milliseconds that a call waits for a Redis that is away. */
export const PATIENCE = 2000;

/** Milliseconds after which a Redis that takes a connection and does not answer counts as away. */
const HEALTH = 900;

/** Milliseconds before something is tried again that Redis did not take just now. */
const AGAIN = 50;

/** Milliseconds before a Redis that let us in and did not say what it is is asked again. */
const ASK_AGAIN = 1000;

/** A value in the environment of a script. */
export type Argument = string | number;

/** The connection of one node. */
export class RedisConnection {
  readonly news: Client;
  private readonly commands: Client;
  private readonly whenConnected = new Set<() => void>();
  private gate = new Gate();
  private reason = 'it was not reached yet';
  private refusal: string | undefined;
  private isTold = false;
  private isClosed = false;
  private startError: EngineStartError | undefined;
  private cannotStart: () => void = () => {};
  private flushesAlways = false;
  /** Scripts that this Redis was sent. */
  private readonly sent = new Set<Script>();
  private meeting: NodeJS.Timeout | undefined;

  private constructor(
    private readonly target: RedisTarget,
    private readonly tell: (sentence: string) => void,
  ) {
    const { commands, news } = clientsFor(target);
    this.commands = commands;
    this.news = news;
    for (const client of new Set([commands, news])) {
      client.on('error', (error: Error) => this.failed(error));
      client.on('close', () => this.lost());
      client.on('ready', () => void this.meet());
    }
  }

  /**
   * Connects. A Redis that is away is no reason not to start: it is looked for until it is there.
   *
   * @param tell hears a sentence for the operator when Redis goes away or refuses to write, and when it is well again
   * @throws EngineStartError when Redis does not let us in, or is too old
   */
  static async open(target: RedisTarget, tell: (sentence: string) => void): Promise<RedisConnection> {
    const connection = new RedisConnection(target, tell);
    for (const client of new Set([connection.commands, connection.news])) client.connect().catch(() => {});
    const end = new AbortController();
    const failed = new Promise<void>((resolve) => (connection.cannotStart = resolve));
    const timeout = pause(PATIENCE, undefined, { signal: end.signal }).catch(() => {});
    await Promise.race([connection.gate.passed(end.signal), failed, timeout]);
    end.abort();
    if (connection.startError) {
      await connection.close();
      throw connection.startError;
    }
    if (!connection.isReady) connection.lost();
    return connection;
  }

  /** Whether it is a Cluster, where news are bound to a shard. */
  get isCluster(): boolean {
    return this.target.kind === 'cluster';
  }

  /** Whether Redis acknowledges only what its disk has, as far as its configuration says so. */
  get isDurable(): boolean {
    return this.flushesAlways;
  }

  /** Whether Redis is connected. */
  get isReady(): boolean {
    return this.gate.isOpen && !this.isClosed;
  }

  /** Calls `listener` each time that Redis is connected (again). */
  onConnected(listener: () => void): void {
    this.whenConnected.add(listener);
  }

  /** Resolves when Redis is connected, or never will be, as this was closed; or when `signal` says that nobody waits for it any more. */
  async connected(signal: AbortSignal): Promise<void> {
    await this.gate.passed(signal);
  }

  /** Every server that holds keys of ours: a Cluster has several, which must be asked one by one for what has no key. */
  get masters(): readonly Redis[] {
    return this.commands instanceof Cluster ? this.commands.nodes('master') : [this.commands];
  }

  /** Sends a command, once; as `run`. */
  async send(command: string, ...args: readonly Argument[]): Promise<unknown> {
    return this.commands.call(command, ...args.map(String));
  }

  /** Runs a script, once. Rejects with whatever ioredis rejects with; `failureOf` says what that means. */
  async run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    corkTurn(this.commands);
    // As text the first time: asked for by its digest first it would be done behind what is sent after it.
    if (!this.sent.has(script)) {
      this.sent.add(script);
      return this.commands.eval(script.lua, keys.length, ...keys, ...args);
    }
    try {
      return await this.commands.evalsha(script.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!isNoScript(error)) throw error;
      return this.commands.eval(script.lua, keys.length, ...keys, ...args);
    }
  }

  /**
   * Runs a script that may be run twice, for as long as somebody waits.
   *
   * @throws EngineUnavailable after PATIENCE, or when Redis refuses it
   */
  async ask(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    return this.patiently(() => this.run(script, keys, args));
  }

  /**
   * Tries something that may be done twice until it is done.
   *
   * @throws EngineUnavailable after PATIENCE, or when Redis refuses it
   */
  async patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const end = new AbortController();
    const timeout = pause(PATIENCE, undefined, { signal: end.signal }).then(
      () => Promise.reject(this.unavailable()),
      () => new Promise<never>(() => {}),
    );
    try {
      return await Promise.race([this.until(attempt, end.signal), timeout]);
    } finally {
      end.abort();
    }
  }

  /** Redis refused something that it should take: told to the operator, and to whoever asks for its health. */
  refused(error: unknown): EngineUnavailable {
    const sentence = `Redis refuses to work (${(error as Error).message}).`;
    if (this.refusal === undefined) this.tell(sentence);
    this.refusal = sentence;
    return new EngineUnavailable(sentence, { cause: error });
  }

  /** Something was written: whatever was refused before is over. */
  worked(): void {
    if (this.refusal === undefined) return;
    this.refusal = undefined;
    this.tell('Redis works again.');
  }

  /** What somebody is told who waited in vain. */
  unavailable(): EngineUnavailable {
    if (this.isClosed) return new EngineUnavailable('The connection to Redis is closed.');
    return new EngineUnavailable(this.isReady ? 'Redis does not answer.' : `Redis is away (${this.reason}).`);
  }

  /** As ChannelLog says. */
  async health(): Promise<EngineHealth> {
    if (!this.isReady) return { status: 'down', reason: this.unavailable().message };
    if (this.refusal !== undefined) await this.probe();
    if (this.refusal !== undefined) return { status: 'down', reason: this.refusal };
    const answered = await inTime(this.commands.ping(), HEALTH);
    return answered ? { status: 'up' } : { status: 'down', reason: 'Redis does not answer.' };
  }

  /** Lets go of Redis. What is under way rejects. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.gate.open();
    const ended = [...new Set([this.commands, this.news])].map(
      (client) =>
        new Promise<void>((resolve) => {
          if (client.status === 'end') return resolve();
          client.once('end', resolve);
          client.disconnect();
        }),
    );
    await Promise.race([Promise.all(ended), pause(HEALTH, undefined, { ref: false })]);
  }

  private async until<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    while (!signal.aborted) {
      await this.gate.passed(signal);
      if (this.isClosed || signal.aborted) break;
      try {
        return await attempt();
      } catch (error) {
        if (failureOf(error) === 'refused') throw this.refused(error);
        await pause(AGAIN, undefined, { ref: false });
      }
    }
    throw this.unavailable();
  }

  /** Asks a Redis that was just connected what it is, and lets everybody through when both clients are there. */
  private async meet(): Promise<void> {
    if (this.commands.status !== 'ready' || this.news.status !== 'ready' || this.isClosed) return;
    try {
      const facts = await inspect(this.commands, this.target);
      if (facts.problem !== undefined) return this.cannotUse(facts.problem);
      this.flushesAlways = facts.flushesAlways;
      if (facts.warning !== undefined && !this.isTold) this.tell(facts.warning);
    } catch (error) {
      this.failed(error as Error);
      this.meetAgain();
      return;
    }
    if (this.commands.status !== 'ready' || this.news.status !== 'ready') return;
    if (this.isTold) this.tell('Redis is there again.');
    this.isTold = false;
    this.reason = 'the connection was closed';
    this.gate.open();
    for (const listener of this.whenConnected) listener();
  }

  /** A connection that stays has no other occasion: without this Redis would be away for ever. */
  private meetAgain(): void {
    clearTimeout(this.meeting);
    this.meeting = setTimeout(() => {
      if (!this.gate.isOpen) void this.meet();
    }, ASK_AGAIN).unref();
  }

  private failed(error: Error): void {
    this.reason = error.message;
    if (isOfTheUrl(error)) this.cannotUse(`Redis does not let Belfry in (${error.message}): look at REDIS_URL.`);
  }

  private cannotUse(problem: string): void {
    this.reason = problem;
    this.startError = new EngineStartError(problem);
    this.cannotStart();
  }

  private lost(): void {
    if (this.isClosed) return;
    this.sent.clear();
    if (this.gate.isOpen) this.gate = new Gate();
    if (!this.isTold) this.tell(`Redis is away (${this.reason}): it is looked for until it is there.`);
    this.isTold = true;
  }

  private async probe(): Promise<void> {
    if (await inTime(this.commands.set('belfry:probe', '1', 'PX', 1000), HEALTH)) this.worked();
  }
}
