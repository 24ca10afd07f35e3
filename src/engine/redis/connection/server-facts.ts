/**
 * What a Redis says about itself when it is met: its version, how it keeps its data, and what it throws away when it is full.
 * Relies on INFO. CONFIG may be forbidden, as many who rent out a Redis do; then nothing is believed of it.
 */
import type { RedisTarget } from '../../../settings/redis-url.ts';
import type { Client } from './clients.ts';

/** The oldest version that has all that the scripts use; for sharded news, which a Cluster needs, it is 7.0. */
const OLDEST = { server: '6.2', cluster: '7.0' };

/** What is known of a Redis. */
export interface ServerFacts {
  /** Whether it acknowledges only what its disk has. */
  readonly flushesAlways: boolean;
  /** A sentence about why it cannot be used. */
  readonly problem?: string;
  /** A sentence about what the operator should look at. */
  readonly warning?: string;
}

/** Asks a Redis. Rejects as ioredis does. */
export async function inspect(client: Client, { kind }: RedisTarget): Promise<ServerFacts> {
  const version = /^redis_version:(\S+)/m.exec(await client.info('server'))?.[1] ?? '0';
  const oldest = kind === 'cluster' ? OLDEST.cluster : OLDEST.server;
  if (version.localeCompare(oldest, 'en', { numeric: true }) < 0) {
    return { flushesAlways: false, problem: `Redis is ${version}. Belfry needs ${oldest} or newer.` };
  }
  const [appendOnly, flush, eviction] = await Promise.all(
    ['appendonly', 'appendfsync', 'maxmemory-policy'].map((name) => configured(client, name)),
  );
  return {
    // Behind Sentinel or in a Cluster a replica may take over, which lags.
    flushesAlways: kind === 'single' && appendOnly === 'yes' && flush === 'always',
    ...(eviction === undefined || eviction === 'noeviction'
      ? {}
      : { warning: `Redis throws messages away when it is full (maxmemory-policy ${eviction}): set noeviction.` }),
  };
}

async function configured(client: Client, name: string): Promise<string | undefined> {
  try {
    const [, value] = await client.config('GET', name);
    return value;
  } catch (error) {
    if (client.status === 'ready') return undefined;
    throw error;
  }
}
