/**
 * How the nodes of a server are doing, as each of them tells the channel `$stats` once a second while somebody watches.
 * The data of its messages; whoever is an operator may join it as any other channel.
 */
import type { User } from './events.ts';

/** The channel. It is the server's own: others than operators may not join it, and nobody publishes in it but nodes. */
export const STATS_CHANNEL = '$stats';

/** How long something took within the last second, as far as buckets tell; in ms. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** How much went by within the last second. */
export interface Rates {
  /** Messages that the log took from this node. */
  readonly messages: number;
  /** Messages that were written to subscribers, one for each subscriber. */
  readonly deliveries: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

/** A channel that somebody at this node hears. */
export interface ChannelStats {
  readonly channel: string;
  /** Connections of this node that are in it. */
  readonly subscribers: number;
  /** Messages of the last second, also those that came from other nodes. */
  readonly messages: number;
}

/** A connection whose client does not take what it is sent as fast as it is sent. */
export interface SlowClient {
  readonly id: string;
  readonly user: User;
  readonly path: string;
  /** When it was opened, ms since 1970. */
  readonly since: number;
  /** Bytes that it has not taken yet. */
  readonly unsent: number;
}

/** One node at one moment. */
export interface NodeStats {
  /** New for each process. */
  readonly node: string;
  /** The name of its machine, or container. */
  readonly host: string;
  /** Since when it runs, ms since 1970. */
  readonly since: number;
  /** How many watch at this node. As long as one does anywhere, every node tells. */
  readonly watchers: number;
  readonly isEngineUp: boolean;
  readonly isDraining: boolean;
  /** Open connections by the path of their gateway. */
  readonly gateways: readonly { readonly path: string; readonly open: number }[];
  /** Clients that listen over HTTP. */
  readonly eventStreams: number;
  readonly rates: Rates;
  /** From the request to append a message until it was durable; left out when there was none. */
  readonly append?: Quantiles;
  /** From a message's time until it was handed to the last socket; left out when there was none. */
  readonly delivery?: Quantiles;
  /** By how much timers were late, in ms: 99 of 100 by less. */
  readonly loopDelay: number;
  /** Channels that somebody hears, and how often each is heard, added up. */
  readonly channels: number;
  readonly subscriptions: number;
  /** Subscriptions that are behind the newest message. */
  readonly lagging: number;
  /** The channels with the most messages, then the most subscribers; 20 at the most. */
  readonly busiest: readonly ChannelStats[];
  /** The connections with the most bytes that were not taken; 10 at the most. */
  readonly slowest: readonly SlowClient[];
}
