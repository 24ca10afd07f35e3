/**
 * A tab of a real browser dies with publications in its outbox: never sent, sent and not answered, or some of each. The next tab
 * delivers them, each once, whatever the dead one had still managed to do; also when two tabs come up at the same moment.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Envelope } from '../../../src/protocol/events.ts';
import { Tabs } from '../browser/tabs.ts';
import type { Tab } from '../browser/tabs.ts';
import { keyOf, textOf } from '../ledger/key.ts';
import type { FaultProxy } from '../proxy/proxy.ts';
import type { Stage } from '../stage/stage.ts';
import type { Scenario } from './scenario.ts';

const ROUNDS = { short: 3, long: 30 } as const;
const CHANNEL = 'tab';
const AUTHOR = 'tab';
const LENGTH = 60;

/** Publications of a tab. */
const BATCH = { from: 3, to: 30 } as const;

/** How the tab is cut off from the server before it dies. */
const WAYS = ['never sent', 'never answered', 'half answered'] as const;
type Way = (typeof WAYS)[number];

/** Milliseconds in which the tabs must have stored, or delivered, everything; and between two looks. */
const PATIENCE = 30_000;
const LOOK = 50;

/** See the top of this file. */
export const crashedTab: Scenario = {
  name: 'tab',
  title: 'a tab of a browser is killed with unsent publications in its outbox',
  historySize: 100_000,
  async play(stage, form) {
    await stage.raw('reader', [CHANNEL]);
    const proxy = await stage.proxy();
    const tabs = await Tabs.start();
    try {
      const tally = new Tally(stage);
      for (let round = 0; round < ROUNDS[form]; round += 1) {
        // Each way comes in each form, whatever the seed.
        await dieAndReturn({ stage, proxy, tabs, tally }, WAYS[round % WAYS.length] ?? WAYS[0]);
        stage.progress((round + 1) / ROUNDS[form]);
      }
      stage.notes.push(`${ROUNDS[form]} tabs crashed`);
    } finally {
      await tabs.close();
    }
    return [];
  },
};

interface Round {
  readonly stage: Stage;
  readonly proxy: FaultProxy;
  readonly tabs: Tabs;
  readonly tally: Tally;
}

/** One tab publishes and dies; one or two come after it. */
async function dieAndReturn({ stage, proxy, tabs, tally }: Round, way: Way): Promise<void> {
  const url = `${proxy.url}/ws`;
  const count = stage.random.between(BATCH.from, BATCH.to);
  const answers = way === 'half answered' ? Math.floor(count / 2) : 0;
  proxy.refusing = way === 'never sent';
  const line = letThrough(proxy, answers);

  const dying = await tabs.tab();
  await dying.open(url);
  for (let i = 0; i < count; i += 1) await dying.publish(tally.next());
  if (way !== 'never sent') await until('not everything was sent', () => line.acks >= count);
  await until('the outbox does not hold what was published', async () => (await dying.kept()) === count - answers);
  await tally.take([dying]);
  await dying.crash();

  proxy.refusing = false;
  proxy.filter = () => 'pass';
  const heirs = await Promise.all(Array.from({ length: stage.random.between(1, 2) }, () => tabs.tab()));
  await Promise.all(heirs.map((tab) => tab.open(url)));
  await until('what the dead tab left is not delivered', async () => {
    await tally.take(heirs);
    return tally.isComplete;
  });
  await until('the outbox is not empty', async () => (await heirs[0]?.kept()) === 0);
  for (const tab of heirs) for (const problem of await tab.problems()) stage.ledger.complain(`a tab: ${problem}`);
  await Promise.all(heirs.map((tab) => tab.close()));
  stage.tabs += 1 + heirs.length;
}

/** Lets so many answers to publications pass, and eats the others. */
function letThrough(proxy: FaultProxy, answers: number): { readonly acks: number } {
  const line = { acks: 0 };
  proxy.filter = (frame, direction) => {
    if (direction !== 'down' || !frame.text().startsWith('{')) return 'pass';
    const { event, data } = JSON.parse(frame.text()) as Envelope;
    if (event !== 'ack' || typeof data !== 'object' || data === null || !('duplicate' in data)) return 'pass';
    line.acks += 1;
    return line.acks <= answers ? 'pass' : 'drop';
  };
  return line;
}

/** Counts the publications of all tabs, who are one author, and enters their acks in the ledger. */
class Tally {
  private number = 0;

  constructor(private readonly stage: Stage) {}

  /** The next publication. */
  next(): { readonly channel: string; readonly key: string; readonly text: string } {
    this.number += 1;
    const key = keyOf(AUTHOR, this.number);
    this.stage.ledger.publishes(CHANNEL, key);
    return { channel: CHANNEL, key, text: textOf(key, LENGTH) };
  }

  /** Whether everything is acknowledged. */
  get isComplete(): boolean {
    return this.stage.ledger.acknowledged >= this.number;
  }

  /** Enters what these tabs were told. */
  async take(tabs: readonly Tab[]): Promise<void> {
    for (const tab of tabs) {
      for (const { key, ack } of await tab.acknowledged()) this.stage.ledger.acknowledges(key, ack);
    }
  }
}

async function until(otherwise: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE; !(await holds()); await wait(LOOK)) {
    if (Date.now() > end) throw new Error(`${otherwise} within ${PATIENCE / 1000} s`);
  }
}
