/**
 * Nothing lost, nothing doubled, over three nodes and a real Redis: the short form of `npm run faults -- --cluster`. The seed that is
 * shown with a failure plays the same faults again: `npm run faults -- --cluster --short --seed … --only …`.
 */
import { playOnCluster } from '../faults/cluster/play-cluster.ts';
import { CLUSTER_SCENARIOS } from '../faults/cluster/scenarios/index.ts';
import { describeWithRedis } from '../../src/engine/redis/redis-server.contract.ts';

const seed = Math.floor(Math.random() * 2 ** 31);

describeWithRedis('in a cluster nothing is lost, doubled or disordered, and no gap is wrong,', () => {
  it.each(CLUSTER_SCENARIOS.filter(({ isBrief }) => isBrief))(
    'when $title',
    async (scenario) => {
      const outcome = await playOnCluster(scenario, { form: 'short', seed });
      const { problems, acknowledged, unanswered, messages, delivered } = outcome;
      expect({ seed, problems }).toEqual({ seed, problems: [] });
      expect(acknowledged + unanswered).toBe(messages);
      expect(delivered).toBeGreaterThan(0);
    },
    // A failure takes its time: the harness waits for what might still come, and ends what it started, before it tells.
    180_000,
  );
});
