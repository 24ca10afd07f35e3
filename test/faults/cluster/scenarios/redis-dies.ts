/**
 * Redis is restarted and killed, in the very moment in which something is acknowledged. With `appendfsync always` nothing may
 * be missing; otherwise what is missing is gone with its epoch, and every client is told so.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Form } from '../../scenarios/scenario.ts';
import type { Stage } from '../../stage/stage.ts';
import type { Cluster } from '../cluster.ts';
import { gather } from '../crowd.ts';
import { DiskCache } from '../disk-cache.ts';
import { PresenceWatch } from '../presence-watch.ts';
import { EVERYTHING, KEEPING } from './cluster-scenario.ts';
import type { ClusterScenario } from './cluster-scenario.ts';

const DEATHS = { short: 2, long: 10 } as const;

/** Publications that must be acknowledged between two deaths. */
const BETWEEN = { short: 500, long: 3000 } as const;

/** Milliseconds that Redis stays away. */
const AWAY = { from: 0, to: 4000 } as const;

/** Milliseconds of what Redis has written that a power cut takes along. */
const UNFLUSHED = { from: 200, to: 1000 } as const;

/** How it may end: killed, killed together with what the disk was not given yet, and in good order. */
type Ending = 'killed' | 'cut off' | 'restarted';

/** See the top of this file: every acknowledged message is on the disk. */
export const redisAlways: ClusterScenario = {
  name: 'redis-always',
  title: 'Redis is killed and restarted, and keeps all on its disk (appendfsync always)',
  historySize: EVERYTHING,
  keeping: 'always',
  isBrief: true,
  play: async (stage, form) => playDeaths(stage, form, { keeping: 'always', ending: 'killed' }),
};

/** See the top of this file: the last second may be missing after a power cut. */
export const redisEverysec: ClusterScenario = {
  name: 'redis-everysec',
  title: 'Redis has its power cut and is restarted, and keeps all but the last second (appendfsync everysec)',
  historySize: EVERYTHING,
  keeping: 'everysec',
  mayForget: true,
  play: async (stage, form) => playDeaths(stage, form, { keeping: 'everysec', ending: 'cut off' }),
};

/** See the top of this file: each time all is gone. */
export const redisNone: ClusterScenario = {
  name: 'redis-none',
  title: 'Redis is killed and restarted, and keeps nothing',
  historySize: EVERYTHING,
  keeping: 'none',
  mayForget: true,
  play: async (stage, form) => playDeaths(stage, form, { keeping: 'none', ending: 'killed' }),
};

interface Deaths {
  readonly keeping: keyof typeof KEEPING;
  /** How it ends each second time; in between it is restarted. */
  readonly ending: Ending;
}

async function playDeaths(
  stage: Stage<Cluster>,
  form: Form,
  { keeping, ending }: Deaths,
): Promise<ReadonlyArray<Promise<unknown>>> {
  const { ledger, random, server: cluster } = stage;
  const crowd = await gather(stage, form);
  const watch = await PresenceWatch.open(cluster, cluster.nodes[0], random);
  const count = DEATHS[form];
  for (let deaths = 1; deaths <= count; deaths += 1) {
    const epochs = ledger.newEpochs;
    await end(stage, deaths % 2 === 1 ? ending : 'restarted', BETWEEN[form]);
    await wait(random.between(AWAY.from, AWAY.to));
    await cluster.redis.begin(...KEEPING[keeping]);
    await cluster.allReady();
    await crowd.talk(1);
    if (keeping !== 'always') await stage.until('nobody is told of a new epoch', () => ledger.newEpochs > epochs);
    stage.progress(deaths / count);
  }
  // What comes of it late is waited for where there is time.
  if (form === 'long') for (const problem of await watch.undisturbed()) ledger.complain(problem);
  watch.close();
  stage.notes.push(`${count} times`);
  return crowd.quiet();
}

/** Ends it in the moment in which so many more publications are acknowledged. */
async function end(stage: Stage<Cluster>, way: Ending, before: number): Promise<void> {
  const { ledger, random } = stage;
  const { redis } = stage.server;
  const cache = way === 'cut off' ? new DiskCache(redis.directory) : undefined;
  let isReached = false;
  ledger.whenAcknowledged(ledger.acknowledged + before, () => {
    redis.signal(way === 'restarted' ? 'SIGTERM' : 'SIGKILL');
    isReached = true;
  });
  await stage.until('nothing is acknowledged any more', () => isReached);
  await (way === 'restarted' ? redis.stop() : redis.kill());
  await cache?.lose(random.between(UNFLUSHED.from, UNFLUSHED.to));
}
