import type {
  HistoryAck,
  HistoryData,
  JoinAck,
  MessageData,
  Position,
  PresenceAck,
  PublishAck,
} from '../../src/protocol/events.ts';
import type { Listener } from './emitter.ts';
import type { Publisher } from './publishing/publisher.ts';
import type { Content, PublishOptions } from './publishing/publication.ts';
import type { Reads } from './requests/reads.ts';
import type { ChannelEvents } from './subscription/channel-events.ts';
import { type StreamOptions, streamOf } from './subscription/message-stream.ts';
import type { Start, Subscription } from './subscription/subscription.ts';

/** Listening to one of these needs a join. */
const HEARD = new Set<keyof ChannelEvents>(['message', 'gap', 'reset', 'presence']);

/** Which part of the past is asked for. */
export interface HistoryOptions extends Omit<HistoryData, 'channel'> {
  readonly signal?: AbortSignal | undefined;
}

/** The parts of a client that a channel stands on. */
export interface ChannelParts {
  readonly subscription: Subscription;
  readonly publisher: Publisher;
  readonly reads: Reads;
}

/** One channel of a server; from `belfry.channel(name)`. Publishing and asking need no join. */
export class Channel {
  /** 1..128 characters of `A-Z a-z 0-9 _ . : -`. */
  readonly name: string;
  readonly #parts: ChannelParts;

  constructor(name: string, parts: ChannelParts) {
    this.name = name;
    this.#parts = parts;
  }

  /** The last position that the listeners were told of. Kept by the app, it is where a later `join({ since })` goes on. */
  get position(): Position | undefined {
    return this.#parts.subscription.position;
  }

  /**
   * Calls `listener` on every such event from now on. The first listener that needs it joins the channel, within this
   * turn of the event loop: `join({ since })` right after it still says where to begin.
   *
   * @returns a function that ends it (which does not leave the channel)
   */
  on<E extends keyof ChannelEvents>(event: E, listener: Listener<ChannelEvents[E]>): () => void {
    if (HEARD.has(event)) this.#parts.subscription.joinSoon();
    return this.#parts.subscription.on(event, listener);
  }

  /** Ends what {@link on} began. */
  off<E extends keyof ChannelEvents>(event: E, listener: Listener<ChannelEvents[E]>): void {
    this.#parts.subscription.off(event, listener);
  }

  /**
   * Joins, and stays joined over every reconnect until {@link leave}. With a start it begins anew from there.
   *
   * @throws BelfryError when the server refuses for good (`forbidden`, `channel_limit`), or the channel is left before.
   *   The same goes to the event `error`, so the promise may be ignored.
   */
  join(start: Start = {}): Promise<JoinAck> {
    return this.#parts.subscription.join(start);
  }

  /** Leaves; nothing is told any more. The listeners stay for a later {@link join}. */
  leave(): void {
    this.#parts.subscription.leave();
  }

  /**
   * Publishes, over as many reconnects as it takes.
   *
   * @returns when the message is kept: its place in the channel
   * @throws BelfryError what the server refuses; `timeout`, `too_large`, `expired`, `outbox_failed`
   * @throws QueueFullError too many publications are unanswered
   * @throws EndedError the connection ended for good before the answer came
   * @throws unknown the signal's reason
   * @throws TypeError `data` is not JSON
   */
  publish(content: Content, options: PublishOptions = {}): Promise<PublishAck> {
    return this.#parts.publisher.publish(this.name, content, options);
  }

  /**
   * Messages of the past, oldest first: the newest before `before`, or the oldest after `after`; the newest without both.
   *
   * @throws BelfryError what the server refuses; EndedError; the signal's reason
   */
  history({ signal, ...range }: HistoryOptions = {}): Promise<HistoryAck> {
    return this.#parts.reads.ask('history', { channel: this.name, ...range }, signal);
  }

  /**
   * Who is in the channel.
   *
   * @throws BelfryError what the server refuses; EndedError; the signal's reason
   */
  presence({ signal }: Pick<HistoryOptions, 'signal'> = {}): Promise<PresenceAck> {
    return this.#parts.reads.ask('presence', { channel: this.name }, signal);
  }

  /** Joins, and gives every message from now on to a `for await`. Leaving the loop does not leave the channel. */
  messages(options: StreamOptions = {}): AsyncIterableIterator<MessageData, undefined> {
    this.#parts.subscription.joinSoon();
    return streamOf(this.#parts.subscription, options);
  }
}
