/**
 * Appends for one node: for each channel one call at a time, and all messages that wait meanwhile are the next one, so that
 * calls grow under load by themselves.
 *
 * A call whose answer got lost with its connection is sent again under its number once Redis is back, and done once. Somebody
 * who has waited for PATIENCE is told `unavailable`. Then nobody knows of a message that was sent: it may have been appended, or may
 * still be by a Redis that was only stopped, up to the node's next call to the channel. Sent again under its idempotency key
 * it is appended once; that is what keys are for.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Appended, Publication } from '../../channel-log.ts';
import { EngineUnavailable } from '../../engine-unavailable.ts';
import type { CallAnswer, ChannelStore, Drafted } from './channel-store.ts';
import { PATIENCE } from '../connection/connection.ts';
import type { RedisConnection } from '../connection/connection.ts';
import { failureOf } from '../connection/redis-error.ts';

/** Bytes of JSON, and messages, in one call; reached by at least one message. Redis does nothing else meanwhile. */
const CALL = { bytes: 1024 * 1024, messages: 1000 };

/** Milliseconds between two looks at what has waited too long. */
const SWEEP = 50;

/** Milliseconds before a call is tried again that Redis did not take just now. */
const AGAIN = 50;

interface Waiting {
  readonly message: Drafted;
  /** By `performance.now()`. */
  readonly until: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
  isSettled: boolean;
}

/** The messages of one channel on their way. */
interface Lane {
  readonly channel: string;
  waiting: Waiting[];
  /** Those of the call that is under way. */
  sent: Waiting[];
  /** Ends the wait for an answer that nobody waits for any more. */
  giveUp: () => void;
  work: Promise<void>;
}

/** What an appender needs. */
export interface AppenderTerms {
  /** The clock of the messages, ms since 1970. */
  readonly now: () => number;
  /** Resolves when whoever hears the channel here was told of a message. Must not reject. */
  readonly told: (channel: string, epoch: string, offset: number) => Promise<void>;
}

/** Appends to all channels. */
export class Appender {
  private readonly lanes = new Map<string, Lane>();
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> | undefined;
  private numbers = 0;

  constructor(
    private readonly connection: RedisConnection,
    private readonly store: ChannelStore,
    private readonly terms: AppenderTerms,
  ) {}

  /** Appends one message, as ChannelLog says. */
  append(channel: string, publication: Publication): Promise<Appended> {
    return new Promise((resolve, reject) => {
      const message = { from: publication.from, key: publication.key, tail: encode(publication) };
      const lane = this.lanes.get(channel) ?? this.openLane(channel);
      lane.waiting.push({ message, until: performance.now() + PATIENCE, resolve, reject, isSettled: false });
      this.timer ??= setInterval(() => this.sweep(), SWEEP).unref();
    });
  }

  /** Resolves when everything that waits has been answered. */
  async finish(): Promise<void> {
    while (this.lanes.size > 0) await Promise.all([...this.lanes.values()].map(({ work }) => work));
    clearInterval(this.timer);
  }

  private openLane(channel: string): Lane {
    const lane: Lane = { channel, waiting: [], sent: [], giveUp: () => {}, work: Promise.resolve() };
    this.lanes.set(channel, lane);
    lane.work = this.work(lane);
    return lane;
  }

  private async work(lane: Lane): Promise<void> {
    // Whatever else this turn of the event loop brings goes along, in this channel and in others.
    await (this.turn ??= new Promise((resolve) =>
      setImmediate(() => {
        this.turn = undefined;
        resolve();
      }),
    ));
    while (lane.waiting.length > 0) {
      const emptied = new AbortController();
      lane.giveUp = () => emptied.abort();
      await this.connection.connected(emptied.signal);
      if (lane.waiting.length > 0 && this.connection.isReady) await this.call(lane);
    }
    // Right behind the last look at what waits: an append that comes between the two would wait for nobody.
    this.lanes.delete(lane.channel);
  }

  private async call(lane: Lane): Promise<void> {
    const { channel } = lane;
    const sent = takeFrom(lane);
    const messages = sent.map(({ message }) => message);
    const call = { channel, number: (this.numbers += 1), at: this.terms.now(), messages };
    const end = new AbortController();
    const over = new Promise<void>((resolve) => {
      lane.giveUp = () => {
        end.abort();
        resolve();
      };
    });
    while (sent.some(({ isSettled }) => !isSettled)) {
      try {
        const answer = await Promise.race([this.store.append(call), over]);
        if (!answer) return;
        this.connection.worked();
        await this.answer(call, sent, answer);
        return;
      } catch (error) {
        if (failureOf(error) === 'refused') return settle(sent, ({ reject }) => reject(this.connection.refused(error)));
        await Promise.race([over, pause(AGAIN, undefined, { ref: false })]);
        await this.connection.connected(end.signal);
      }
    }
  }

  /** Everybody is told what became of their message, in the order of the calls, after those who hear the channel here. */
  private async answer(
    { channel, at }: { readonly channel: string; readonly at: number },
    sent: readonly Waiting[],
    { epoch, first, count, duplicates }: CallAnswer,
  ): Promise<void> {
    if (count > 0) await this.terms.told(channel, epoch, first + count - 1);
    let next = first;
    for (const [index, waiting] of sent.entries()) {
      const duplicate = duplicates.get(index + 1);
      const appended = duplicate ? { ...duplicate, duplicate: true } : { epoch, offset: next, at, duplicate: false };
      if (!duplicate) next += 1;
      settle([waiting], ({ resolve }) => resolve(appended));
    }
  }

  /** Tells those who have waited long enough. */
  private sweep(): void {
    const now = performance.now();
    for (const lane of this.lanes.values()) {
      const isLate = ({ until }: Waiting): boolean => until <= now;
      const error = this.connection.unavailable();
      settle(lane.waiting.filter(isLate), ({ reject }) => reject(error));
      settle(lane.sent.filter(isLate), ({ reject }) =>
        reject(new EngineUnavailable(`${error.message} Nobody knows whether it was appended.`)),
      );
      lane.waiting = lane.waiting.filter(({ isSettled }) => !isSettled);
      lane.sent = lane.sent.filter(({ isSettled }) => !isSettled);
      if (lane.sent.length === 0 && lane.waiting.length === 0) lane.giveUp();
    }
    if (this.lanes.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

function takeFrom(lane: Lane): readonly Waiting[] {
  let bytes = 0;
  const end = lane.waiting.findIndex(({ message: { tail } }, index) => {
    bytes += Buffer.byteLength(tail);
    return index > 0 && (bytes > CALL.bytes || index >= CALL.messages);
  });
  const taken = lane.waiting.splice(0, end < 0 ? lane.waiting.length : end);
  lane.sent = taken;
  return taken;
}

function settle(waiting: readonly Waiting[], how: (one: Waiting) => void): void {
  for (const one of waiting) {
    if (!one.isSettled) how(one);
    one.isSettled = true;
  }
}

/** The one time that a message is encoded; its properties are always in this order. */
function encode({ from, name, text, data, key }: Publication): string {
  return `,${JSON.stringify({ from, name, text, data, key }).slice(1, -1)},"at":`;
}
