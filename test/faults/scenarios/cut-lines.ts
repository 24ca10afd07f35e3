/**
 * Every client's line is cut again and again, by reset, by an orderly end, and in the middle of a frame in either direction.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Author } from '../clients/author.ts';
import type { Line } from '../proxy/line.ts';
import type { Random } from '../random.ts';
import type { Seat } from '../stage/stage.ts';
import type { Scenario } from './scenario.ts';

/** How long, and how long a line lives, in milliseconds. */
const FORMS = {
  short: { duration: 6_000, from: 200, to: 800 },
  long: { duration: 90_000, from: 1_000, to: 3_000 },
} as const;

const CHANNELS = ['cut-a', 'cut-b', 'cut-c'] as const;

/** Milliseconds by which a slow line is late at the most. */
const LATE = 40;

/** Milliseconds to wait for a frame to cut in; lines that are that quiet are reset. */
const NO_FRAME = 500;

/** How a line may end. */
const WAYS = ['reset', 'end', 'in a frame down', 'in a frame up'] as const;

/** See the top of this file. */
export const cutLines: Scenario = {
  name: 'cut',
  title: 'every line is cut again and again, also in the middle of a frame',
  historySize: 1_000_000,
  async play(stage, form) {
    const [first, second, third] = CHANNELS;
    const seats = [
      await stage.raw('talker-a', CHANNELS),
      await stage.raw('talker-b', [first, second]),
      await stage.sdk('talker-c', CHANNELS),
      await stage.sdk('talker-d', [third]),
      await stage.raw('reader-a', CHANNELS),
      await stage.raw('reader-b', [first]),
      await stage.sdk('reader-c', CHANNELS),
      await stage.sdk('reader-d', [second]),
    ];
    // Half of the lines are slow: more is on its way on them when they are cut.
    for (const [i, { proxy }] of seats.entries()) proxy.delay = i % 2 === 0 ? 0 : stage.random.between(1, LATE);
    const { duration, from, to } = FORMS[form];
    const begin = Date.now();
    const isOver = (): boolean => Date.now() - begin > duration;
    const pumping = seats.slice(0, 4).map(({ client }, i) => {
      const random = stage.random.fork();
      // Long texts leave in several segments, so that a cut finds a frame half sent.
      const length = i % 2 === 0 ? 60 : 3000;
      const pause = (): number => random.between(1, 30);
      return new Author(client).pump({ channels: CHANNELS, more: () => !isOver(), window: 4, length, pause });
    });
    const cuts = new Map<string, number>();
    const cutting = seats.map(async (seat) => {
      const random = stage.random.fork();
      while (!isOver()) {
        await wait(random.between(from, to));
        const way = await cut(seat, random);
        if (way) cuts.set(way, (cuts.get(way) ?? 0) + 1);
        stage.progress(Math.min(1, (Date.now() - begin) / duration));
      }
    });
    await Promise.all(cutting);
    for (const way of WAYS) if (!cuts.has(way)) stage.ledger.complain(`no line was cut by "${way}"`);
    stage.notes.push([...cuts].map(([way, count]) => `${count} × ${way}`).join(', '));
    return pumping;
  },
};

/** Cuts the line that a client has now, if it has one, and says how. */
async function cut({ proxy }: Seat, random: Random): Promise<(typeof WAYS)[number] | undefined> {
  const [line] = proxy.lines;
  if (!line) return undefined;
  const way = random.pick(WAYS);
  switch (way) {
    case 'reset':
      line.cut('rst');
      return way;
    case 'end':
      line.cut('fin');
      return way;
    case 'in a frame down':
      return (await cutInFrame(line, 'down', random)) ? way : 'reset';
    case 'in a frame up':
      return (await cutInFrame(line, 'up', random)) ? way : 'reset';
    default:
      return way satisfies never;
  }
}

/** Cuts a line in the middle of its next frame; resets it when none comes. */
async function cutInFrame(line: Line, direction: 'up' | 'down', random: Random): Promise<boolean> {
  const ending = random.pick(['fin', 'rst'] as const);
  const done = line.cutInFrame(direction, { share: random.next(), ending });
  const found = await Promise.race([done.then(() => true), wait(NO_FRAME).then(() => false)]);
  if (!found) line.cut('rst');
  return found;
}
