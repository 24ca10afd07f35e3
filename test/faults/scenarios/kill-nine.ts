/**
 * kill -9 while publishers are at full speed: what was acknowledged is there after the restart, and nobody notices more than a
 * broken line.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Author } from '../clients/author.ts';
import type { Seat, Stage } from '../stage/stage.ts';
import type { Scenario } from './scenario.ts';

const KILLS = { short: 3, long: 60 } as const;
const CHANNELS = ['kill-a', 'kill-b'] as const;

/** Publications that must be acknowledged between two kills. */
const BETWEEN = { from: 500, to: 2500 } as const;

/** Clients that only publish, each with so many publications unanswered: a commit has something of most of them. */
const WRITERS = 8;
const WINDOW = 16;

/** Milliseconds that the server stays away. */
const AWAY = { from: 0, to: 300 } as const;

/** See the top of this file. */
export const killNine: Scenario = {
  name: 'kill',
  title: 'the server is killed (SIGKILL) while publishers are at full speed',
  historySize: 1_000_000,
  async play(stage, form) {
    const [first, second] = CHANNELS;
    const writers: Seat[] = [
      await stage.raw('writer-a', [first]),
      await stage.raw('writer-b', CHANNELS),
      await stage.sdk('writer-c', CHANNELS),
    ];
    for (let i = 0; i < WRITERS; i += 1) writers.push(await stage.raw(`writer-${i}`));
    await stage.raw('reader-a', CHANNELS);
    await stage.raw('reader-b', [second]);
    await stage.sdk('reader-c', CHANNELS);

    let isOver = false;
    const pumping = writers.map(({ client }) =>
      new Author(client).pump({ channels: CHANNELS, more: () => !isOver, window: WINDOW, length: 120 }),
    );
    for (let kills = 1; kills <= KILLS[form]; kills += 1) {
      await killAfter(stage, stage.random.between(BETWEEN.from, BETWEEN.to));
      await wait(stage.random.between(AWAY.from, AWAY.to));
      await stage.server.start();
      stage.progress(kills / KILLS[form]);
    }
    await acknowledged(stage, BETWEEN.from, () => undefined);
    isOver = true;
    stage.notes.push(`${KILLS[form]} kills`);
    return pumping;
  },
};

/**
 * Kills the server once so many more publications are acknowledged, in the very moment in which the last of those acks arrives: what
 * was acknowledged before it was kept would be lost then.
 */
async function killAfter(stage: Stage, more: number): Promise<void> {
  await acknowledged(stage, more, () => stage.server.killNow());
  await stage.server.kill();
}

/** Waits until so many more publications are acknowledged, and calls back at once when they are. */
async function acknowledged(stage: Stage, more: number, reached: () => void): Promise<void> {
  let isReached = false;
  stage.ledger.whenAcknowledged(stage.ledger.acknowledged + more, () => {
    isReached = true;
    reached();
  });
  await stage.until('nothing is acknowledged any more', () => isReached);
}
