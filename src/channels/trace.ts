/**
 * What the channels tell of themselves on Node's own diagnostics channels, as the floor does (`gateway/trace.ts`).
 */
import { channel, tracingChannel } from 'node:diagnostics_channel';

/** A message on its way into the log, until it is durable: an AppendTrace. */
export const APPENDS = tracingChannel<unknown, AppendTrace>('belfry.append');

/** A batch of messages that was given to all who hear its channel live: a DeliveryTrace. */
export const DELIVERIES = channel('belfry.delivery');

/** What is told of a message. Never its text, its data or its key. */
export interface AppendTrace {
  readonly channel: string;
}

/** What is told of a batch. */
export interface DeliveryTrace {
  readonly channel: string;
  /** The offset of its first message. */
  readonly first: number;
  readonly messages: number;
  /** Messages that were written, one for each subscriber. */
  readonly deliveries: number;
}
