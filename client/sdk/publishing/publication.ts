import type { PublishAck, PublishData } from '../../../src/protocol/events.ts';
import type { BelfryError } from '../errors.ts';

/** What is said in a channel; at least one of the two. */
export type Content = Pick<PublishData, 'text' | 'data'>;

/** How a message is published. */
export interface PublishOptions {
  /**
   * Ends the waiting: the promise rejects with the signal's reason, and what has not been sent yet will not be. What has
   * been sent may be kept by the server all the same.
   */
  readonly signal?: AbortSignal | undefined;
  /** Ends the waiting after so many ms, with a `timeout` error. Without it there is no bound. */
  readonly timeout?: number | undefined;
  /** Idempotency key, 1..128 characters, for an app that has one of its own; else 128 random bits. */
  readonly key?: string | undefined;
}

/** A publication that the server has not acknowledged yet. */
export interface Publication extends PublishData {
  readonly key: string;
  /** When it was published, ms since 1970. */
  readonly at: number;
}

/** A publication that nobody waits for any more was kept: it came from the outbox of another tab or an earlier time. */
export interface Delivered {
  readonly publication: Publication;
  readonly ack: PublishAck;
}

/** A publication that nobody waits for any more was refused, and is no longer in the outbox. */
export interface Undelivered {
  readonly publication: Publication;
  readonly error: BelfryError;
}
