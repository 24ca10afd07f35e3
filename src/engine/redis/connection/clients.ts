/**
 * The two ioredis clients of a node: one for commands, one for news, as a connection that subscribes takes no others.
 * Relies on the engine for every retry: a client sends nothing again by itself and keeps nothing back for later, since
 * only the engine knows what may be sent twice and until when somebody waits.
 * A connection whose answers stay out is cut, so that a Redis that is stopped, or a network that swallows, ends in an error.
 */
import { Redis } from 'ioredis';
import type { Cluster, ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisTarget } from '../../../settings/redis-url.ts';
import { CalmCluster } from './calm-cluster.ts';

/** Milliseconds that a connection may leave a command without any answer before it is cut. */
const SILENCE = 3000;

/** Milliseconds for a connection to be made. */
const CONNECT = 2000;

/** Milliseconds between two attempts to connect, at the least and at the most. */
const RETRY = { least: 50, most: 1000 };

type Options = RedisOptions & { replyMapping: 'legacy' };

/** What both kinds of client can do. */
export type Client = Redis | Cluster;

/** The clients of one node. In a Cluster they are one, which keeps connections of its own for news. */
export interface Clients {
  readonly commands: Client;
  readonly news: Client;
}

const retry = (times: number): number => Math.min(RETRY.least * times, RETRY.most);

/** Makes the clients; they connect when they are told to. Their `error` events need a listener. */
export function clientsFor(target: RedisTarget): Clients {
  if (target.kind === 'cluster') {
    const cluster = new CalmCluster([...target.addresses], clusterOptions(target));
    return { commands: cluster, news: cluster };
  }
  return { commands: new Redis(serverOptions(target)), news: new Redis(serverOptions(target)) };
}

/** Lets what a turn of the event loop sends to one server be one packet. */
export function corkTurn(client: Client): void {
  const stream = 'stream' in client ? client.stream : undefined;
  if (!stream || stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

function sharedOptions({ tls, username, password }: RedisTarget): Options {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    // Answers have the same shape with every server from Redis 6.2 on.
    protocol: 2,
    replyMapping: 'legacy',
    connectionName: 'belfry',
    lazyConnect: true,
    connectTimeout: CONNECT,
    socketTimeout: SILENCE,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // After a failover this connection leads to what is now a replica: the next one leads to the master.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  };
}

function serverOptions(target: RedisTarget): Options {
  const { kind, addresses, db, master, sentinelPassword, tls } = target;
  const options = { ...sharedOptions(target), db, enableOfflineQueue: false, retryStrategy: retry };
  if (kind !== 'sentinel') return { ...options, ...addresses[0] };
  return {
    ...options,
    sentinels: [...addresses],
    ...(master === undefined ? {} : { name: master }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
    sentinelRetryStrategy: retry,
    failoverDetector: true,
  };
}

function clusterOptions(target: RedisTarget): ClusterOptions & { redisOptions: Options } {
  return {
    redisOptions: sharedOptions(target),
    clusterRetryStrategy: retry,
    enableOfflineQueue: false,
    shardedSubscribers: true,
    lazyConnect: true,
    slotsRefreshInterval: 5000,
  };
}
