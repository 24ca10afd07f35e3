/**
 * What the nodes tell, as it comes: the channel `$stats`, joined with the key over the client library.
 */
import { STATS_CHANNEL } from '../../../src/protocol/stats.ts';
import type { NodeStats } from '../../../src/protocol/stats.ts';
import { Belfry } from '../../sdk/index.ts';
import type { State } from '../../sdk/index.ts';

/** Messages of the past that the charts begin with: the server keeps no more. */
const LAST = 60;

/** Who hears of it. */
export interface FeedListener {
  readonly told: (stats: NodeStats, at: number) => void;
  readonly stateChanged: (state: State) => void;
  /** The server takes the key no longer. */
  readonly refused: (code: string) => void;
}

/** Opens the feed. @returns what ends it */
export function openFeed(key: string, { told, stateChanged, refused }: FeedListener): () => void {
  const belfry = new Belfry('/ws', { token: key });
  belfry.on('state', (state) => {
    stateChanged(state);
    if (state.kind === 'stopped') refused('unauthorized');
  });
  const channel = belfry.channel(STATS_CHANNEL);
  channel.on('message', ({ data, at }) => told(data as unknown as NodeStats, at));
  channel.join({ last: LAST }).catch((error: unknown) => {
    const { code } = error as { readonly code?: string };
    if (code === 'forbidden') refused(code);
  });
  return () => belfry.close();
}
