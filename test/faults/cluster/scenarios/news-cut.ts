/**
 * One node loses its connection for news, and no other: again and again with a broken line, and once with one that goes silent
 * without a sign. What it did not hear it has to find in the stream.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { gather } from '../crowd.ts';
import { EVERYTHING } from './cluster-scenario.ts';
import type { ClusterScenario } from './cluster-scenario.ts';

/** How long the line is broken again and again, and how long it is silent, in milliseconds. */
const FORMS = {
  short: { breaking: 5_000, silent: 2_000 },
  long: { breaking: 40_000, silent: 25_000 },
} as const;

/** Milliseconds between two breaks. */
const BETWEEN = { from: 50, to: 1500 } as const;

/** See the top of this file. */
export const newsCut: ClusterScenario = {
  name: 'news-cut',
  title: 'one node loses its pub/sub connection, and no other',
  historySize: EVERYTHING,
  keeping: 'none',
  async play(stage, form) {
    const { breaking, silent } = FORMS[form];
    const { line } = stage.server.nodes[0];
    const crowd = await gather(stage, form);
    let cuts = 0;
    for (const begin = Date.now(); Date.now() - begin < breaking;) {
      await wait(stage.random.between(BETWEEN.from, BETWEEN.to));
      cuts += line.hangUp('news');
      stage.progress((Date.now() - begin) / (breaking + silent));
    }
    await stage.server.allReady();
    line.swallow('news');
    await crowd.talkFor(silent);
    // Whoever tears a silent line down at last, a proxy or the system, ends what is left of it.
    line.hangUp('news');
    if (cuts === 0) stage.ledger.complain('there was no connection for news to be cut');
    stage.notes.push(`${cuts} cuts, silent for ${silent / 1000} s`);
    return crowd.quiet();
  },
};
