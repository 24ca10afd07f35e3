/** Every scenario of a cluster, in the order in which they are played. */
import type { ClusterScenario } from './cluster-scenario.ts';
import { nodeKilled } from './node-killed.ts';

/** All of them. */
export const CLUSTER_SCENARIOS: readonly ClusterScenario[] = [nodeKilled];
