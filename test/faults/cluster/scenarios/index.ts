/** Every scenario of a cluster, in the order in which they are played. */
import type { ClusterScenario } from './cluster-scenario.ts';
import { newsCut } from './news-cut.ts';
import { nodeCutOff } from './node-cut-off.ts';
import { nodeKilled } from './node-killed.ts';
import { redisAlways, redisEverysec, redisNone } from './redis-dies.ts';
import { redisFrozen } from './redis-frozen.ts';
import { rollingRestart } from './rolling-restart.ts';

/** All of them. */
export const CLUSTER_SCENARIOS: readonly ClusterScenario[] = [
  nodeKilled,
  rollingRestart,
  redisAlways,
  redisEverysec,
  redisNone,
  redisFrozen,
  newsCut,
  nodeCutOff,
];
