/**
 * Plays one scenario on three nodes and a Redis of their own.
 */
import { playOn } from '../play.ts';
import type { Outcome, Playing } from '../play.ts';
import { Cluster } from './cluster.ts';
import { KEEPING } from './scenarios/cluster-scenario.ts';
import type { ClusterScenario } from './scenarios/cluster-scenario.ts';

const NODES = 3;

/** As `play`, on a cluster. */
export async function playOnCluster(scenario: ClusterScenario, playing: Playing): Promise<Outcome> {
  return playOn(scenario, playing, async (site) =>
    Cluster.start({ nodes: NODES, redis: KEEPING[scenario.keeping] }, site),
  );
}
