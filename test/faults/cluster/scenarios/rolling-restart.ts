/**
 * Every node is restarted, one after the other, under load: nobody misses anything, and the clients of a node come back spread over
 * the time that it takes for its leave.
 */
import type { Stage } from '../../stage/stage.ts';
import type { Cluster, Node } from '../cluster.ts';
import { gather } from '../crowd.ts';
import type { ClusterScenario } from './cluster-scenario.ts';
import { EVERYTHING } from './cluster-scenario.ts';

const ROUNDS = { short: 1, long: 4 } as const;

/** Publications that must be acknowledged between two restarts. */
const BETWEEN = { short: 300, long: 2000 } as const;

/** DRAIN_SECONDS, and the part of it over which clients are told to go, as docs/operations.md has it. */
const DRAIN = 5;
const SPREAD = 0.7;

/** No second may have more than this many times the average of its node's leave. */
const UNEVEN = 2;

/** See the top of this file. */
export const rollingRestart: ClusterScenario = {
  name: 'rolling',
  title: 'all nodes are restarted, one after the other',
  historySize: EVERYTHING,
  env: { DRAIN_SECONDS: String(DRAIN) },
  keeping: 'none',
  isBrief: true,
  async play(stage, form) {
    const { nodes } = stage.server;
    const crowd = await gather(stage, form);
    const restarts = ROUNDS[form] * nodes.length;
    let worst = 0;
    for (let done = 1; done <= restarts; done += 1) {
      const node = nodes[done % nodes.length] ?? nodes[0];
      worst = Math.max(worst, await restart(stage, node));
      await crowd.talk(BETWEEN[form]);
      stage.progress(done / restarts);
    }
    stage.notes.push(`${restarts} restarts, the busiest second had ${worst.toFixed(1)} times the average`);
    return crowd.quiet();
  },
};

/** Resolves with how many times the average of the node's leave its busiest second had. */
async function restart({ ledger, server: cluster }: Stage<Cluster>, { name, server }: Node): Promise<number> {
  const begin = performance.now();
  const code = await server.stop();
  if (code !== 0) ledger.complain(`${name} left with ${code}:\n${server.output}`);
  await server.start();
  await cluster.allReady();
  const { count, busiest } = ledger.reconnects.crowding(begin);
  const average = count / (DRAIN * SPREAD);
  if (count === 0) ledger.complain(`${name} left, and no client came back elsewhere`);
  // Clients are whole: with few of them a second has one more or less by chance.
  if (busiest > Math.ceil(average * UNEVEN) + 1) {
    ledger.complain(
      `${name} left: of ${count} clients ${busiest} came back within one second, on average ${average.toFixed(1)}`,
    );
  }
  return busiest / average;
}
