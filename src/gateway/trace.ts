/**
 * What the floor tells of itself on Node's own diagnostics channels (`node:diagnostics_channel`), for whoever makes spans or
 * records of it: OpenTelemetry, for one. Nobody listens as a rule, and then it costs a look at a flag.
 */
import { channel, tracingChannel } from 'node:diagnostics_channel';

/** A connection that was opened: a ConnectionTrace. */
export const OPENED = channel('belfry.connection.opened');

/** One that has closed: a ConnectionTrace with `code` and `reason`. */
export const CLOSED = channel('belfry.connection.closed');

/** A request of a client, from its decoding until its handlers have run: a RequestTrace. Never what it holds. */
export const REQUESTS = tracingChannel<unknown, RequestTrace>('belfry.request');

/** What is told of a connection. */
export interface ConnectionTrace {
  /** The path of its endpoint. */
  readonly gateway: string;
  /** Its id. */
  readonly connection: string;
  /** The id of its user. */
  readonly user: string;
  /** When it has closed: the close code, and why in a word. */
  readonly code?: number;
  readonly reason?: string;
}

/** What is told of a request. */
export interface RequestTrace {
  readonly gateway: string;
  readonly connection: string;
  readonly event: string;
}
