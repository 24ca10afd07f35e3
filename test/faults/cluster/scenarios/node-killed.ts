/**
 * kill -9 of one node after the other, in the very moment in which something is acknowledged: its clients go on at the others.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { gather } from '../crowd.ts';
import type { ClusterScenario } from './cluster-scenario.ts';
import { EVERYTHING } from './cluster-scenario.ts';

const KILLS = { short: 2, long: 6 } as const;

/** Publications that must be acknowledged between two kills. */
const BETWEEN = { short: 500, long: 3000 } as const;

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
    const { ledger, random, server: cluster } = stage;
    const crowd = await gather(stage, form);
    for (let kills = 1; kills <= KILLS[form]; kills += 1) {
      const { server } = cluster.nodes[kills % cluster.nodes.length] ?? cluster.nodes[0];
      let isKilled = false;
      ledger.whenAcknowledged(ledger.acknowledged + BETWEEN[form], () => {
        server.killNow();
        isKilled = true;
      });
      await stage.until('nothing is acknowledged any more', () => isKilled);
      await server.kill();
      await wait(random.between(AWAY.from, AWAY.to));
      await server.start();
      await cluster.allReady();
      stage.progress(kills / KILLS[form]);
    }
    stage.notes.push(`${KILLS[form]} kills`);
    return crowd.quiet();
  },
};
