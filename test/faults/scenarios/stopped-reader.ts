/**
 * Readers that stop reading while others read on: they cost the server next to no memory, and get everything when they read on.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Author } from '../clients/author.ts';
import type { Stage } from '../stage/stage.ts';
import type { Scenario } from './scenario.ts';

/** How much passes while they stand, how long they do so at least, and how long the texts are: far more than buffers hold. */
const FORMS = {
  short: { messages: 10_000, standing: 0, length: 4000 },
  long: { messages: 50_000, standing: 30_000, length: 2000 },
} as const;

const CHANNEL = 'stop';
const MIB = 1024 * 1024;

/** What the server's memory may grow by. */
const MAX_GROWTH = 32 * MIB;

/** Messages that pass before the first measurement: what a warm server needs is no growth. */
const WARM_UP = 3000;
const LANES = 32;

/** Milliseconds between two measurements, and before the first. */
const SAMPLE = 100;
const REST = 1000;

/** See the top of this file. */
export const stoppedReader: Scenario = {
  name: 'stop',
  title: 'readers stop reading while others read on',
  historySize: 200_000,
  // They are alive, and must not be closed for their silence meanwhile.
  env: { HEARTBEAT_INTERVAL: '120s' },
  async play(stage, form) {
    const { messages, standing, length } = FORMS[form];
    const author = new Author((await stage.raw('writer', [])).client);
    await stage.raw('reader-a', [CHANNEL]);
    await stage.sdk('reader-b', [CHANNEL]);
    const held = await stage.raw('stopped-a', [CHANNEL]);
    const lazy = await stage.raw('stopped-b', [CHANNEL]);
    const library = await stage.sdk('stopped-c', [CHANNEL]);
    const stopped = [held, lazy, library].map(({ client }) => client.views.get(CHANNEL));
    const publish = async (count: number): Promise<void> => {
      const end = stage.ledger.messages + count;
      const more = (): boolean => stage.ledger.messages < end;
      await author.pump({ channels: [CHANNEL], more, window: LANES, length });
    };

    await publish(WARM_UP);
    await stage.settle([]);
    await wait(REST);
    const before = await stage.server.memory();

    for (const { proxy } of [held, library]) for (const line of proxy.lines) line.stall();
    lazy.client.stopReading();
    const given = stopped.map((view) => view?.delivered ?? 0);
    const begin = Date.now();
    const measured = measure(stage, () => stage.progress((stage.ledger.messages - WARM_UP) / messages));
    await publish(messages);
    await wait(Math.max(0, standing - (Date.now() - begin)));
    const peak = await measured.end();

    for (const [i, view] of stopped.entries()) {
      const passed = (view?.delivered ?? 0) - (given[i] ?? 0);
      if (passed > messages / 10) stage.ledger.complain(`a reader that was stopped was given ${passed} messages`);
    }
    judgeMemory(stage, before, peak);
    for (const { proxy } of [held, library]) for (const line of proxy.lines) line.resume();
    lazy.client.readOn();
    return [];
  },
};

function judgeMemory(stage: Stage, before: number | undefined, peak: number | undefined): void {
  if (before === undefined || peak === undefined) {
    stage.notes.push('memory: this system does not tell');
    return;
  }
  const growth = peak - before;
  stage.notes.push(`memory ${mib(before)} MiB, at most ${mib(peak)} MiB while they stood: ${mib(growth)} MiB more`);
  if (growth >= MAX_GROWTH) stage.ledger.complain(`the server's memory grew by ${mib(growth)} MiB`);
}

/** Measures the server's memory until it is told to end, and then gives the greatest value. */
function measure(stage: Stage, sampled: () => void): { end(): Promise<number | undefined> } {
  const life = new AbortController();
  const sampling = (async () => {
    let peak: number | undefined;
    while (!life.signal.aborted) {
      const now = await stage.server.memory();
      if (now !== undefined) peak = Math.max(peak ?? 0, now);
      sampled();
      await wait(SAMPLE);
    }
    return peak;
  })();
  return {
    end: async () => {
      life.abort();
      return sampling;
    },
  };
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
