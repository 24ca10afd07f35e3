/**
 * What the harness asks of a load process, and what it hears back. One process does one job and ends.
 */
import type { DialectName } from './wire/dialects.ts';

/** The server under load. */
export interface Target {
  readonly port: number;
  /** Of the process whose processor time and memory are measured. */
  readonly pid: number;
  readonly dialect: DialectName;
  readonly tls: boolean;
}

/** When a publisher sends its next message. */
export type Pace =
  /** As soon as it heard its own, or was answered: so many of each publisher are under way at once. */
  | { readonly kind: 'own'; readonly inFlight: number }
  /** As soon as there have been as many deliveries as one message makes, so that so many messages are under way in all. */
  | { readonly kind: 'everyone'; readonly inFlight: number }
  /** So many a second by all publishers together, evenly, whatever the server does. */
  | { readonly kind: 'rate'; readonly perSecond: number };

/** Messages to many. */
export interface DeliveriesJob {
  readonly kind: 'deliveries';
  /** Connections that hear everything. The first of them publish. */
  readonly connections: number;
  readonly publishers: number;
  /** How many of them, the last, never read. */
  readonly deaf: number;
  /** Whether all but the publishers agree on permessage-deflate. */
  readonly deflate: boolean;
  readonly pace: Pace;
  /** Bytes of the text, from 20. */
  readonly textSize: number;
  /** Milliseconds before the window, and of the window. */
  readonly warmUp: number;
  readonly window: number;
}

/** Connections as fast as they are taken. */
export interface ConnectJob {
  readonly kind: 'connect';
  readonly connections: number;
}

/** Connections that do nothing. */
export interface IdleJob {
  readonly kind: 'idle';
  readonly connections: number;
}

/** Joining where a lot was missed. */
export interface MissedJob {
  readonly kind: 'missed';
  readonly messages: number;
  /** How often one client comes back alone. */
  readonly tries: number;
  /** How many come back at once. */
  readonly joiners: number;
}

export type Job = DeliveriesJob | ConnectJob | IdleJob | MissedJob;

/** What the harness sends. */
export interface Order {
  readonly target: Target;
  readonly job: Job;
}

/** What can be measured. No job measures all. Names say the unit where it is not obvious. */
export interface Measures {
  /** Messages that arrived, per second. */
  deliveries?: number;
  /** Server processor time per delivery, microseconds. */
  cpuPerDelivery?: number;
  /** Messages that were published, per second. */
  messages?: number;
  /** Server processor time per published message, microseconds. */
  cpuPerMessage?: number;
  /** From publishing to arriving, milliseconds. */
  p50?: number;
  p99?: number;
  max?: number;
  /** Memory at the end, MiB, and how much more of its own than before, MiB. */
  resident?: number;
  growth?: number;
  /** Connections that were opened; per second; and server processor time for each, microseconds. */
  connections?: number;
  connectRate?: number;
  cpuPerConnection?: number;
  /** Memory per idle connection, KiB. */
  perConnection?: number;
  /** Milliseconds to the last missed message. */
  caughtUp?: number;
  /** Memory per client that catches up at the same time, KiB. */
  perJoiner?: number;
  /** How much of one core the load process used, 0..1. */
  loadShare?: number;
}

/** What the harness hears. */
export type Report =
  { readonly kind: 'done'; readonly measures: Measures } | { readonly kind: 'failed'; readonly reason: string };
