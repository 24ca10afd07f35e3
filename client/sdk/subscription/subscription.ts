import type { GapData, JoinAck, JoinData, MessageData, Position, PresenceData } from '../../../src/protocol/events.ts';
import { backoff } from '../connection/backoff.ts';
import { Emitter } from '../emitter.ts';
import { BelfryError } from '../errors.ts';
import type { Answer, Requests } from '../requests/requests.ts';
import type { ChannelEvents } from './channel-events.ts';

/** Where a subscription begins: after a position, or with the newest messages; without either at the next message. */
export interface Start {
  /** The last message that the app has seen, from an earlier {@link Subscription.position}. */
  readonly since?: Position | undefined;
  /** Begin with the newest `last` messages, 1..500; ignored with `since`. */
  readonly last?: number | undefined;
}

/** What a subscription needs from the client that it belongs to. */
export interface SubscriptionHost {
  readonly requests: Requests;
  /** Why nothing can be joined, if the connection has ended for good. */
  readonly ended: () => BelfryError | undefined;
  /** There should be a connection, if nobody decided against it. */
  readonly need: () => void;
}

interface Waiter {
  readonly resolve: (ack: JoinAck) => void;
  readonly reject: (error: BelfryError) => void;
}

/**
 * The cursor of one channel: the last position that the app was told of, kept over every reconnect.
 *
 * It relies on the server sending nothing of the channel before the `ack` of a join. It guarantees that each message is
 * told once and in order, and that what will not be told is told of: by `gap` within an epoch, by `reset` between two.
 */
export class Subscription extends Emitter<ChannelEvents> {
  readonly #channel: string;
  readonly #host: SubscriptionHost;
  /** Asked for with the first join, before there is a cursor. */
  #last: number | undefined;
  #cursor: Position | undefined;
  #isWanted = false;
  #willJoin = false;
  /** The join that counts. Whatever another one brings is an old story: the channel was left, or joined anew, since. */
  #join: object | undefined;
  /** The answer to that join: as long as there is one, we are in the channel. */
  #ack: JoinAck | undefined;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #waiters: Waiter[] = [];

  constructor(channel: string, host: SubscriptionHost) {
    super();
    this.#channel = channel;
    this.#host = host;
  }

  /** The last position that the app was told of; undefined until the first join, unless it was given one. */
  get position(): Position | undefined {
    return this.#cursor;
  }

  /** Joins within this turn of the event loop, unless somebody joins or leaves explicitly first. */
  joinSoon(): void {
    if (this.#isWanted || this.#willJoin) return;
    this.#willJoin = true;
    void this.#joinIfStillMeant();
  }

  /** Joins, or waits for the join that is under way. A start of its own makes it begin anew from there. */
  join({ since, last }: Start): Promise<JoinAck> {
    const ended = this.#host.ended();
    if (ended) return Promise.reject(ended);
    const isAnew = !this.#isWanted || since !== undefined || last !== undefined;
    const joined = new Promise<JoinAck>((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
    // Refusals are events too; nobody is made to handle them twice.
    joined.catch(() => undefined);
    this.#willJoin = false;
    this.#isWanted = true;
    if (isAnew) {
      this.#cursor = since && { epoch: since.epoch, offset: since.offset };
      this.#last = last;
      this.#ask();
    } else if (this.#ack) {
      this.#welcomed(this.#ack);
    }
    this.#host.need();
    return joined;
  }

  /** Leaves. What is still on its way is dropped; {@link position} stays readable. */
  leave(): void {
    if (this.#join) this.#host.requests.ask('leave', this.#json(), () => undefined);
    this.#end();
  }

  /** A new line is there: go on where the last one broke. */
  welcome(): void {
    if (this.#isWanted) this.#ask();
  }

  /** The line broke. */
  lost(): void {
    clearTimeout(this.#retry);
    this.#join = undefined;
    this.#ack = undefined;
  }

  /** Nothing will come any more, for that reason; after a new {@link welcome} it goes on nevertheless. */
  end(reason: BelfryError): void {
    this.#end(reason, this.#isWanted);
  }

  /** It may not be joined, or not be heard any more; what is temporary is tried again. */
  refused(error: BelfryError): void {
    if (error.temporary) {
      this.#retry = setTimeout(() => this.#ask(), backoff(this.#failures++));
    } else {
      this.#end(error);
    }
    this.emit('error', error);
  }

  /** A message came. */
  message(message: MessageData): void {
    const cursor = this.#reaches(message.offset);
    if (!cursor) return;
    // Must not happen, and if it does the app has to know.
    if (message.offset > cursor.offset + 1) this.emit('gap', this.#gap(cursor, message.offset - 1));
    this.#cursor = { ...cursor, offset: message.offset };
    this.emit('message', message);
  }

  /** Messages will not come. */
  gap({ to }: GapData): void {
    const cursor = this.#reaches(to);
    if (!cursor) return;
    this.#cursor = { ...cursor, offset: to };
    this.emit('gap', this.#gap(cursor, to));
  }

  /** Somebody came or went. */
  presence(presence: PresenceData): void {
    if (this.#ack) this.emit('presence', presence);
  }

  async #joinIfStillMeant(): Promise<void> {
    // Not queueMicrotask: an app that tests with fake timers would have to wait for that one.
    await Promise.resolve();
    if (this.#willJoin) this.join({}).catch(() => undefined);
  }

  /** The cursor, if we are in the channel and that offset is beyond it. */
  #reaches(offset: number): Position | undefined {
    return this.#ack && this.#cursor && offset > this.#cursor.offset ? this.#cursor : undefined;
  }

  #gap(cursor: Position, to: number): GapData {
    return { channel: this.#channel, from: cursor.offset + 1, to };
  }

  #json(since?: JoinData['since']): string {
    return JSON.stringify({ channel: this.#channel, since });
  }

  #ask(): void {
    clearTimeout(this.#retry);
    const join = {};
    const from = this.#cursor;
    const since = from ?? (this.#last === undefined ? undefined : { last: this.#last });
    this.#join = join;
    this.#ack = undefined;
    this.#host.requests.ask('join', this.#json(since), (answer) => {
      if (this.#join === join) this.#answered(answer, from);
    });
  }

  #answered(answer: Answer, from: Position | undefined): void {
    switch (answer.event) {
      case 'ack':
        this.#joined(answer.data as JoinAck, from);
        break;
      case 'error':
        this.refused(new BelfryError(answer.data));
        break;
      case 'lost':
        this.lost();
        break;
      default:
        answer satisfies never;
    }
  }

  #joined(ack: JoinAck, from: Position | undefined): void {
    const { epoch, offset, first } = ack;
    this.#cursor = { epoch, offset };
    this.#ack = ack;
    this.#failures = 0;
    this.#welcomed(ack);
    this.emit('joined', ack);
    if (!from) return;
    if (epoch !== from.epoch || offset < from.offset) this.emit('reset', { from, to: { epoch, offset }, first });
    else if (offset > from.offset) this.emit('gap', this.#gap(from, offset));
  }

  #welcomed(ack: JoinAck): void {
    for (const { resolve } of this.#waiters.splice(0)) resolve(ack);
  }

  #end(reason?: BelfryError, isWanted = false): void {
    const wasWanted = this.#isWanted;
    this.lost();
    this.#willJoin = false;
    this.#isWanted = isWanted;
    for (const { reject } of this.#waiters.splice(0)) reject(reason ?? new BelfryError('left'));
    if (wasWanted) this.emit('left', { reason });
  }
}
