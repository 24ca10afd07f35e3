/**
 * The log of all channels: what was said, in which order, and how far back it is kept.
 * Whatever stands behind it (LMDB, Redis) keeps what these comments say; one contract suite holds each of them to it.
 */
import type { Position } from '../protocol/events.ts';

/** What somebody publishes. At least one of `text` and `data` is there. */
export interface Publication {
  /** The author's id; idempotency keys are scoped to it. */
  readonly from: string;
  readonly name?: string;
  readonly text?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Idempotency key: the same one from the same author in the same channel is appended once within IDEMPOTENCY_TTL. */
  readonly key?: string;
}

/** What `append` answers. */
export interface Appended extends Position {
  /** When it was appended, ms since 1970. */
  readonly at: number;
  /** True when the key had been appended before; offset, epoch and time are then those of that first message. */
  readonly duplicate: boolean;
}

/** One message as the log keeps it. */
export interface Entry {
  readonly offset: number;
  /** The message's `data` on the wire, as JSON: encoded once, when it was appended, and never again. */
  readonly json: string;
}

/** Consecutive messages of a channel that became durable together. */
export interface Batch {
  readonly channel: string;
  readonly epoch: string;
  /** At least one; their offsets follow each other without a gap. */
  readonly entries: readonly Entry[];
}

/** How far a channel reaches. Of a channel in which nothing was said `head` is 0 and `first` is 1. */
export interface Reach {
  readonly epoch: string;
  /** The offset of the newest message. */
  readonly head: number;
  /** The offset of the oldest message that is still kept; `head + 1` when none is. */
  readonly first: number;
}

/** A piece of a channel. */
export interface Page extends Reach {
  /** In order, without a gap between them; fewer than asked for when the channel or the limits of a page end. */
  readonly entries: readonly Entry[];
}

/** A channel in which something was said, and how far it reaches. */
export interface ListedChannel extends Reach {
  readonly channel: string;
}

/** Which piece of the list of channels to read. */
export interface ListRequest {
  /** Channels whose name comes behind this one; from the first when left out. */
  readonly after?: string;
  /** Channels at the most, 1..500. */
  readonly limit: number;
}

/** Which piece of a channel to read. */
export interface PageRequest {
  readonly channel: string;
  /** Messages with a greater offset, oldest first. Starts at `first` when that is further on. */
  readonly after: number;
  /** Messages at the most, 1..500. */
  readonly limit: number;
  /** Bytes of JSON at the most, reached by at least one message. */
  readonly maxBytes?: number;
}

/** Whether the engine can do its work, for readiness and people. */
export type EngineHealth =
  | { readonly status: 'up' }
  | {
      readonly status: 'down';
      /** A sentence for the operator. */
      readonly reason: string;
    };

/** Hears of messages that have become durable, for channels that are watched. Must not throw. */
export type AppendedListener = (batch: Batch) => void;

/**
 * Hears that a channel that is watched has begun a new epoch: positions in another one mean nothing any more, and whoever
 * holds one must be told, also when nobody ever says anything again. Comes before any batch of that epoch. Must not throw.
 */
export type ResetListener = (channel: string, epoch: string) => void;

/** The log. One instance per process. */
export interface ChannelLog {
  /**
   * Appends one message. Resolves when it is durable and not before. Rejects when it was not appended, or, behind a network, when
   * the answer stayed out and nobody knows: sent again under its idempotency key it is appended once in either case.
   * Assigning the offset (head + 1), looking up and remembering the key, and storing the message are one atomic step.
   * Appends of one caller to one channel get offsets in the order of the calls. All appends that wait at the same moment
   * become durable together, and are announced together, before any of their promises resolves (where a store bounds what it
   * takes at once: as many as that allows).
   *
   * @throws EngineUnavailable when it cannot be stored now (disk full, store away): temporary
   */
  append(channel: string, publication: Publication): Promise<Appended>;

  /**
   * Reads a page. What is durable is visible to every read that starts after its `append` resolved.
   *
   * @throws EngineUnavailable when the store cannot be read now
   */
  read(request: PageRequest): Promise<Page>;

  /** How far a channel reaches. Same visibility and errors as `read`. */
  reach(channel: string): Promise<Reach>;

  /**
   * The channels in which something was said, also if nothing of it is kept any more, ordered by name (by code units). Fewer than
   * `limit` only at the end. A store that is shared may be looked through as a whole for each piece: for operators, not for clients.
   *
   * @throws EngineUnavailable as `read`
   */
  list(request: ListRequest): Promise<readonly ListedChannel[]>;

  /**
   * From when this resolves, batches of the channel are announced, until `unwatch`. News are in order and without a gap
   * while the engine is up; after trouble they may skip some, which the reader sees by the offsets and reads itself.
   * Watching twice needs unwatching twice.
   */
  watch(channel: string): Promise<void>;

  /** Ends one `watch`. */
  unwatch(channel: string): void;

  /** Adds somebody who hears of batches, of every channel that anybody watches. */
  onAppended(listener: AppendedListener): void;

  /**
   * Adds somebody who hears that a watched channel has begun a new epoch while the log is open, as one that is shared may.
   */
  onReset(listener: ResetListener): void;

  /** Whether it works now. Answers from memory or within 1 s; never rejects. */
  health(): Promise<EngineHealth>;

  /** Finishes the appends that wait, and lets go of everything. Later calls reject with EngineUnavailable. */
  close(): Promise<void>;
}

/** The token under which the log is injected. */
export const CHANNEL_LOG = Symbol('ChannelLog');
