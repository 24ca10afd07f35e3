/**
 * History is trimmed while a client is away: it is told of exactly what is gone, in one gap, and given all that is kept. And the
 * same under fire, where the log is trimmed while clients resume: gaps come when they may, and each is right.
 */
import { Author } from '../clients/author.ts';
import { setTimeout as wait } from 'node:timers/promises';
import type { Seat, Stage } from '../stage/stage.ts';
import type { Scenario } from './scenario.ts';

/** Rounds of being away, and how long it then goes on under fire, in milliseconds. */
const FORMS = { short: { rounds: 1, fire: 3_000 }, long: { rounds: 20, fire: 30_000 } } as const;

const SIZE = 200;
const QUIET = 'trim-quiet';
const FIRE = 'trim-fire';
const LENGTH = 400;

/** Messages that pass at the most while a client under fire is away. */
const ABSENCE = SIZE * 4;

/** Milliseconds for what happens in the background, and between two looks at it. */
const PATIENCE = 30_000;
const LOOK = 20;

/** See the top of this file. */
export const trimmedHistory: Scenario = {
  name: 'trim',
  title: 'history is trimmed under a client that resumes',
  historySize: SIZE,
  async play(stage, form) {
    const { rounds, fire } = FORMS[form];
    const author = new Author((await stage.raw('writer', [QUIET])).client);
    const seats = [await stage.raw('away-a', [QUIET]), await stage.sdk('away-b', [QUIET])];
    for (let round = 1; round <= rounds; round += 1) {
      await beAway(stage, seats, async () => {
        const end = stage.ledger.messages + SIZE * 2 + stage.random.between(0, SIZE);
        const more = (): boolean => stage.ledger.messages < end;
        await author.pump({ channels: [QUIET], more, window: 32, length: LENGTH });
      });
      stage.progress((round / rounds) * 0.5);
    }
    await underFire(stage, author, fire);
    return [];
  },
};

/** One round: all go, the log runs past what it keeps, all come back. */
async function beAway(stage: Stage, seats: readonly Seat[], meanwhile: () => Promise<void>): Promise<void> {
  await stage.settle([]);
  const before = seats.map((seat) => ({ seat, view: viewOf(seat), offset: viewOf(seat).position?.offset ?? 0 }));
  const gaps = before.map(({ view }) => view.gaps.length);
  for (const { proxy } of seats) {
    proxy.refusing = true;
    proxy.cutAll('rst');
  }
  await meanwhile();
  const first = await trimmed(stage);
  for (const { proxy } of seats) proxy.refusing = false;
  await stage.settle([]);
  for (const [i, { seat, view, offset }] of before.entries()) {
    const told = view.gaps.slice(gaps[i]);
    const right = told.length === 1 && told[0]?.from === offset + 1 && told[0].to === first - 1;
    if (!right || view.ack?.recovered !== false) {
      const { name } = seat.client;
      stage.ledger.complain(`${name} was told of ${JSON.stringify(told)} and not of ${offset + 1}..${first - 1} alone`);
    }
  }
}

/** Waits until the background has trimmed all that it may, and gives the oldest message that is kept. */
async function trimmed(stage: Stage): Promise<number> {
  return stage.asking(async (reader) => {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await wait(LOOK)) {
      const { first, last } = await reader.reach(QUIET);
      if (first === last - SIZE + 1) return first;
    }
    throw new Error(`the history was not trimmed to its size within ${PATIENCE / 1000} s`);
  });
}

/** Clients that are cut again and again, and stay away while as much passes as history keeps, or more, or less. */
async function underFire(stage: Stage, author: Author, duration: number): Promise<void> {
  const seats = [
    await stage.raw('fire-a', [FIRE]),
    await stage.raw('fire-b', [FIRE]),
    await stage.sdk('fire-c', [FIRE]),
  ];
  const gaps = (): number => seats.reduce((sum, { client }) => sum + (client.views.get(FIRE)?.gaps.length ?? 0), 0);
  const begin = Date.now();
  // On a slow machine it goes on until somebody has come back too late at all.
  const more = (): boolean => Date.now() - begin < (gaps() > 0 ? duration : duration + PATIENCE);
  const pumping = author.pump({ channels: [FIRE], more, window: 16, length: LENGTH });
  const cutting = seats.map(async ({ proxy }) => {
    const random = stage.random.fork();
    while (more()) {
      await wait(random.between(50, 400));
      const back = stage.ledger.messages + random.between(0, ABSENCE);
      proxy.refusing = true;
      proxy.cutAll(random.pick(['rst', 'fin']));
      while (more() && stage.ledger.messages < back) await wait(LOOK);
      proxy.refusing = false;
      stage.progress(0.5 + Math.min(0.5, (Date.now() - begin) / duration / 2));
    }
  });
  await Promise.all([pumping, ...cutting]);
  stage.notes.push(`${gaps()} gaps under fire`);
  if (gaps() === 0) stage.ledger.complain('nobody came back too late: the history was never trimmed under a client');
}

function viewOf({ client }: Seat): NonNullable<ReturnType<Seat['client']['views']['get']>> {
  const view = client.views.get(QUIET);
  if (!view) throw new Error(`${client.name} does not listen to ${QUIET}`);
  return view;
}
