/**
 * Redis stands still (SIGSTOP) and goes on: everything that it was told meanwhile, and that nobody waits for any more, still lies
 * in its sockets then.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { gather } from '../crowd.ts';
import { PresenceWatch } from '../presence-watch.ts';
import { EVERYTHING } from './cluster-scenario.ts';
import type { ClusterScenario } from './cluster-scenario.ts';

/** How often, how long, and how long it goes on in between, in milliseconds. */
const FORMS = {
  short: { times: 1, frozen: 5_000, between: 1_500 },
  long: { times: 3, frozen: 10_000, between: 10_000 },
} as const;

/** See the top of this file. */
export const redisFrozen: ClusterScenario = {
  name: 'redis-frozen',
  title: 'Redis stands still (SIGSTOP)',
  historySize: EVERYTHING,
  keeping: 'none',
  async play(stage, form) {
    const { times, frozen, between } = FORMS[form];
    const { redis, nodes } = stage.server;
    const crowd = await gather(stage, form);
    const watch = await PresenceWatch.open(stage.server, nodes[0], stage.random);
    for (let done = 1; done <= times; done += 1) {
      await crowd.talkFor(between);
      redis.signal('SIGSTOP');
      await wait(frozen);
      redis.signal('SIGCONT');
      await stage.server.allReady();
      stage.progress(done / times);
    }
    for (const problem of await watch.undisturbed()) stage.ledger.complain(problem);
    watch.close();
    stage.notes.push(`${times} × ${frozen / 1000} s`);
    return crowd.quiet();
  },
};
