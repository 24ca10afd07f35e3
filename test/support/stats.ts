/** Watching how nodes are doing, as the dashboard does. */
import { STATS_CHANNEL } from '../../src/protocol/stats.ts';
import type { NodeStats } from '../../src/protocol/stats.ts';
import { Client } from './client.ts';
import { shown } from './tokens.ts';

/** Connects with an API key, or the token of an operator, and joins `$stats`. */
export async function watch(wsUrl: string, key: string): Promise<Client> {
  const watcher = await Client.open(`${wsUrl}/ws`, [], shown(key).options);
  await watcher.ask('join', { channel: STATS_CHANNEL });
  return watcher;
}

/** The next of what nodes tell that is as wanted. What was told before it is dropped. */
export async function told(watcher: Client, isWanted: (stats: NodeStats) => boolean): Promise<NodeStats> {
  for (;;) {
    const { data } = await watcher.event('message');
    const stats = data?.['data'] as NodeStats;
    if (isWanted(stats)) return stats;
  }
}
