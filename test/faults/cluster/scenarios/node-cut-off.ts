/**
 * One node is cut off from Redis. A few times for a moment, in which Redis does what it is told and the answers are lost; then for
 * long, while its lines swallow everything, new ones too. Its clients stay, are told that it cannot work for now, and miss
 * nothing of what the others went on with.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { gather } from '../crowd.ts';
import type { Node } from '../cluster.ts';
import type { Random } from '../../random.ts';
import { EVERYTHING } from './cluster-scenario.ts';
import type { ClusterScenario } from './cluster-scenario.ts';

/** How often, how often for a moment before that, how long, and how long there is peace in between, in milliseconds. */
const FORMS = {
  short: { times: 1, moments: 4, away: 6_000, between: 1_000 },
  long: { times: 3, moments: 8, away: 20_000, between: 2_000 },
} as const;

/** Milliseconds that a moment takes, and that are between two of them. */
const MOMENT = { from: 10, to: 400 } as const;
const PEACE = { from: 200, to: 600 } as const;

/** See the top of this file. */
export const nodeCutOff: ClusterScenario = {
  name: 'node-cut-off',
  title: 'one node is cut off from Redis',
  historySize: EVERYTHING,
  keeping: 'none',
  async play(stage, form) {
    const { times, moments, away, between } = FORMS[form];
    const { nodes, front } = stage.server;
    const crowd = await gather(stage, form);
    for (let done = 1; done <= times; done += 1) {
      await crowd.talkFor(between);
      const node = nodes[done % nodes.length] ?? nodes[0];
      const { name, line, server } = node;
      for (let i = 0; i < moments; i += 1) await loseAnswers(node, stage.random);
      line.isDead = true;
      line.swallow();
      await wait(away);
      if (front.ready.includes(server.port)) stage.ledger.complain(`${name} said that it was ready without Redis`);
      line.isDead = false;
      await stage.server.allReady();
      stage.progress(done / times);
    }
    await crowd.talkFor(between);
    stage.notes.push(`${times * moments} times for a moment, ${times} × ${away / 1000} s`);
    return crowd.quiet();
  },
};

/** Redis is told what the node has to say, and the node is told nothing; then the line breaks. */
async function loseAnswers({ line }: Node, random: Random): Promise<void> {
  line.isDeaf = true;
  await wait(random.between(MOMENT.from, MOMENT.to));
  line.hangUp();
  line.isDeaf = false;
  await wait(random.between(PEACE.from, PEACE.to));
}
