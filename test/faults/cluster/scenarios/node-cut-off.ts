/**
 * One node is cut off from Redis: its lines swallow everything, new ones too. Its clients stay, are told that it cannot work for now,
 * and miss nothing of what the others went on with.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { gather } from '../crowd.ts';
import { EVERYTHING } from './cluster-scenario.ts';
import type { ClusterScenario } from './cluster-scenario.ts';

/** How often, how long, and how long there is peace in between, in milliseconds. */
const FORMS = {
  short: { times: 1, away: 6_000, between: 1_000 },
  long: { times: 3, away: 20_000, between: 5_000 },
} as const;

/** See the top of this file. */
export const nodeCutOff: ClusterScenario = {
  name: 'node-cut-off',
  title: 'one node is cut off from Redis',
  historySize: EVERYTHING,
  keeping: 'none',
  async play(stage, form) {
    const { times, away, between } = FORMS[form];
    const { nodes, front } = stage.server;
    const crowd = await gather(stage, form);
    for (let done = 1; done <= times; done += 1) {
      await crowd.talkFor(between);
      const { name, line, server } = nodes[done % nodes.length] ?? nodes[0];
      line.isDead = true;
      line.swallow();
      await wait(away);
      if (front.ready.includes(server.port)) stage.ledger.complain(`${name} said that it was ready without Redis`);
      line.isDead = false;
      await stage.server.allReady();
      stage.progress(done / times);
    }
    await crowd.talkFor(between);
    stage.notes.push(`${times} × ${away / 1000} s`);
    return crowd.quiet();
  },
};
