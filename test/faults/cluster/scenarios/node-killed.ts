/**
 * kill -9 of one node after the other, in the very moment in which something is acknowledged: its clients go on at the others, and
 * users who were there alone leave.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Cluster, Node } from '../cluster.ts';
import type { Stage } from '../../stage/stage.ts';
import { gather } from '../crowd.ts';
import { PresenceWatch } from '../presence-watch.ts';
import type { ClusterScenario } from './cluster-scenario.ts';
import { EVERYTHING } from './cluster-scenario.ts';

const KILLS = { short: 1, long: 5 } as const;

/** Publications that must be acknowledged before a kill. */
const BEFORE = { short: 500, long: 3000 } as const;

/** Milliseconds that a node stays away. */
const AWAY = { from: 500, to: 5000 } as const;

/** See the top of this file. */
export const nodeKilled: ClusterScenario = {
  name: 'node-killed',
  title: 'one node after the other is killed (SIGKILL)',
  historySize: EVERYTHING,
  keeping: 'none',
  isBrief: true,
  async play(stage, form) {
    const crowd = await gather(stage, form);
    let slowest = 0;
    for (let kills = 1; kills <= KILLS[form]; kills += 1) {
      slowest = Math.max(slowest, await killOne(stage, kills, BEFORE[form]));
      stage.progress(kills / KILLS[form]);
    }
    stage.notes.push(`${KILLS[form]} kills, users gone after ${(slowest / 1000).toFixed(1)} s at the most`);
    return crowd.quiet();
  },
};

/** Resolves with the milliseconds until the dead node's users had left. */
async function killOne(stage: Stage<Cluster>, turn: number, before: number): Promise<number> {
  const { ledger, random, server: cluster } = stage;
  const victim = cluster.nodes[turn % cluster.nodes.length] ?? cluster.nodes[0];
  const watch = await PresenceWatch.open(cluster, victim, random);
  try {
    for (const problem of await watch.before()) ledger.complain(problem);
    let died: number | undefined;
    ledger.whenAcknowledged(ledger.acknowledged + before, () => {
      victim.server.killNow();
      died = performance.now();
    });
    await stage.until('nothing is acknowledged any more', () => died !== undefined);
    const [{ problems, took }] = await Promise.all([
      watch.after(died ?? 0),
      comeBack(cluster, victim, random.between(AWAY.from, AWAY.to)),
    ]);
    for (const problem of problems) ledger.complain(problem);
    return took;
  } finally {
    watch.close();
  }
}

async function comeBack(cluster: Cluster, { server }: Node, after: number): Promise<void> {
  await server.kill();
  await wait(after);
  await server.start();
  await cluster.allReady();
}
