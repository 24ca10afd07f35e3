/**
 * Who is there while a cluster's parts fail: subscribers with and without the library, spread over all nodes by the front, and
 * authors at speed, some of them without keys. They stay the same people in every scenario.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Author, pumpOnce } from '../clients/author.ts';
import type { Form } from '../scenarios/scenario.ts';
import type { Stage } from '../stage/stage.ts';
import type { Cluster } from './cluster.ts';

/** How many there are, authors included and those left out who only listen, and what is between two publications of an author, in milliseconds. */
const CROWDS = {
  short: { raw: 16, sdk: 4, channels: 4, pause: { from: 0, to: 4 } },
  long: { raw: 157, sdk: 40, channels: 16, pause: { from: 0, to: 8 } },
} as const;

/**
 * Authors with keys that publish several at a time, and those of the library and without keys, one at a time. Of those without
 * keys each node has one at first: only they show whether a call to Redis whose answer got lost is done twice.
 */
const AUTHORS = { raw: 4, sdk: 2, once: 3 } as const;
const WINDOW = 4;
const LENGTH = 120;

/** Channels that each subscriber listens to. */
const HEARS = 2;

/** A channel in which one thing is said and then nothing more, and how many listen to it alone: no message tells them of a fault. */
const STILL = 'still';
const LISTENERS = 3;

/** Milliseconds from the acknowledgement of a message until everybody has it, when nothing fails and nobody else talks. */
const PROMPT = 3000;
const LOOK = 5;

/** Clients that connect at the same time. */
const AT_ONCE = 20;

/** A crowd that talks. */
export interface Crowd {
  /** Waits until so many more publications are acknowledged. */
  talk(more: number): Promise<void>;
  /** Waits for a time in which everybody talks. */
  talkFor(milliseconds: number): Promise<void>;
  /**
   * Has everybody finish, once all are back, and sees to it that then every message is there at once again: what is only found
   * by looking for it now and then is not lost, and yet comes too late. Gives what is still unanswered.
   */
  quiet(): Promise<ReadonlyArray<Promise<unknown>>>;
}

/** Lets everybody in, and has them begin to talk. */
export async function gather(stage: Stage<Cluster>, form: Form): Promise<Crowd> {
  const { raw, sdk, channels: count, pause } = CROWDS[form];
  const channels = Array.from({ length: count }, (_each, i) => `hall-${i}`) as [string, ...string[]];
  const heardBy = (i: number): string[] =>
    Array.from({ length: HEARS }, (_each, j) => channels[(i + j * (1 + (i % 3))) % count] ?? '');
  const raws = await inTurns(raw, (i) => stage.plainRaw(`raw-${i}`, [...new Set(heardBy(i))]));
  await inTurns(LISTENERS, (i) => stage.plainRaw(`still-${i}`, [STILL]));
  const sdks = await inTurns(sdk, (i) => stage.plainSdk(`sdk-${i}`, [...new Set(heardBy(i + 1))]));

  let isOver = false;
  const random = stage.random.fork();
  const pumping = {
    channels,
    more: () => !isOver,
    length: LENGTH,
    pause: () => random.between(pause.from, pause.to),
  };
  const many = raws.slice(0, AUTHORS.raw).map((client) => new Author(client));
  const single = sdks.slice(0, AUTHORS.sdk).map((client) => new Author(client));
  await many[0]?.publish(STILL, LENGTH);
  const talking = [
    ...many.map((author) => author.pump({ ...pumping, window: WINDOW })),
    ...single.map((author) => author.pump({ ...pumping, window: 1 })),
    ...raws.slice(-AUTHORS.once).map((client) => pumpOnce(client, pumping)),
  ];

  const { ledger } = stage;
  const talk = async (more: number): Promise<void> => {
    let isReached = false;
    ledger.whenAcknowledged(ledger.acknowledged + more, () => (isReached = true));
    await stage.until('nothing is acknowledged any more', () => isReached);
  };
  return {
    talk,
    talkFor: async (milliseconds) => {
      await wait(milliseconds);
      await talk(1);
    },
    quiet: async () => {
      await stage.until('clients are still away', () => ledger.reconnects.missing === 0);
      await stage.server.allReady();
      await talk(1);
      isOver = true;
      await stage.settle(talking);
      for (const author of [...many, ...single]) {
        for (const channel of channels) await tellPromptly(stage, author, channel);
      }
      return talking;
    },
  };
}

async function tellPromptly({ ledger }: Stage<Cluster>, author: Author, channel: string): Promise<void> {
  const { epoch, offset } = await author.publish(channel, LENGTH);
  const end = performance.now() + PROMPT;
  const behind = (): number => ledger.behind(channel, { epoch, offset }).length;
  while (behind() > 0 && performance.now() < end) await wait(LOOK);
  if (behind() > 0)
    ledger.complain(`${offset} of ${channel} had not reached ${behind()} subscribers ${PROMPT} ms after its ack`);
}

async function inTurns<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - from);
    made.push(...(await Promise.all(Array.from({ length: size }, (_each, i) => make(from + i)))));
  }
  return made;
}
