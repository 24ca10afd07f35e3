/**
 * The cursor rule against a model: whatever happens - joins, batches, slow clients, trims, lost news, a log that fails for a
 * while - each subscriber's view is a contiguous piece of the log, gaps are told exactly, and nothing is lost at the end.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import type { ChannelLog } from '../engine/channel-log.ts';
import type { Connection } from '../gateway/connection.ts';
import type { Lag } from '../settings/channel-rules.ts';
import { settingsWith } from '../settings/settings.ts';
import { CHANNEL, EPOCH, HIGH_WATER, ModelClient, ModelLog } from './cursor-model.contract.ts';
import { ChannelCounts } from './counts/channel-counts.ts';
import { FanOut } from './fan-out.ts';
import { startOf } from './start.ts';
import { Subscription } from './subscription.ts';

type Step =
  | { readonly do: 'append'; readonly count: number; readonly tell: boolean }
  | { readonly do: 'trim'; readonly keep: number }
  | { readonly do: 'join'; readonly back: number }
  | { readonly do: 'drain'; readonly who: number }
  | { readonly do: 'turns'; readonly count: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('append'), count: fc.integer({ min: 1, max: 6 }), tell: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trim'), keep: fc.nat({ max: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('join'), back: fc.nat({ max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('drain'), who: fc.nat({ max: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('turns'), count: fc.nat({ max: 4 }) }) },
);

interface Member {
  readonly client: ModelClient;
  readonly start: number;
}

async function play(steps: readonly Step[], lag: Lag): Promise<{ log: ModelLog; members: Member[] }> {
  const log = new ModelLog();
  const fanOut = new FanOut(log as unknown as ChannelLog, settingsWith({ highWater: HIGH_WATER }), new ChannelCounts());
  const members: Member[] = [];
  for (const each of steps) {
    if (each.do === 'append') log.append(each.count, each.tell);
    else if (each.do === 'trim') log.trim(each.keep);
    else if (each.do === 'drain') members[each.who]?.client.drain();
    else if (each.do === 'join') {
      const client = new ModelClient();
      const connection = client as unknown as Connection;
      const since = { epoch: EPOCH, offset: Math.max(0, log.head - each.back) };
      const { offset } = startOf(log.reachNow(), since);
      const subscription = new Subscription({ connection, channel: CHANNEL, lag, highWater: HIGH_WATER });
      subscription.startAt(EPOCH, offset);
      fanOut.add(subscription);
      members.push({ client, start: offset });
    } else for (let i = 0; i < each.count; i += 1) await nextTurn();
  }
  // Afterwards everything calms down: one more message that is told to all, and everyone reads on.
  log.append(1, true);
  for (let i = 0; i < 60; i += 1) {
    for (const { client } of members) client.drain();
    await nextTurn();
  }
  return { log, members };
}

/** Every offset after the start, each either heard or told as missing, in order. */
function viewOf({ client, start }: Member): { covered: number[]; expected: (head: number) => number[] } {
  const missing = client.gaps.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_each, i) => from + i));
  return {
    covered: [...client.heard, ...missing].toSorted((a, b) => a - b),
    expected: (head) => Array.from({ length: head - start }, (_each, i) => start + 1 + i),
  };
}

describe('the cursor rule', () => {
  it.each(['catch-up', 'latest'] as const)(
    'gives each subscriber each message once, in order, or tells the gap (lag %s)',
    async (lag) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
          const { log, members } = await play(steps, lag);
          for (const member of members) {
            const { heard } = member.client;
            expect(heard).toEqual(heard.toSorted((a, b) => a - b));
            const { covered, expected } = viewOf(member);
            expect(covered).toEqual(expected(log.head));
            expect(heard.at(-1)).toBe(log.head);
          }
        }),
        { numRuns: 400 },
      );
    },
  );

  it('tells of no gap as long as nothing was trimmed', async () => {
    const untrimmed = step.filter((each) => each.do !== 'trim');
    await fc.assert(
      fc.asyncProperty(fc.array(untrimmed, { maxLength: 60 }), async (steps) => {
        const { members } = await play(steps, 'catch-up');
        for (const { client } of members) expect(client.gaps).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('never writes more than a page past the high-water mark', async () => {
    const log = new ModelLog();
    const fanOut = new FanOut(
      log as unknown as ChannelLog,
      settingsWith({ highWater: HIGH_WATER }),
      new ChannelCounts(),
    );
    const client = new ModelClient();
    const options = { connection: client as unknown as Connection, channel: CHANNEL, highWater: HIGH_WATER };
    const subscription = new Subscription({ ...options, lag: 'catch-up' });
    subscription.startAt(EPOCH, 0);
    fanOut.add(subscription);
    for (let i = 0; i < 200; i += 1) {
      log.append(1, true);
      await nextTurn();
    }
    expect(client.unsent).toBeLessThan(HIGH_WATER + 7 * 120);
    expect(client.heard.length).toBeLessThan(20);
  });

  it('catches up with a channel in which something is said all the time, without reading it message by message', async () => {
    const log = new ModelLog();
    const fanOut = new FanOut(log as unknown as ChannelLog, settingsWith({ highWater: 10_000 }), new ChannelCounts());
    const client = new ModelClient();
    const options = { connection: client as unknown as Connection, channel: CHANNEL, highWater: 10_000 };
    log.append(2, true);
    const subscription = new Subscription({ ...options, lag: 'catch-up' });
    subscription.startAt(EPOCH, 0);
    fanOut.add(subscription);
    for (let i = 0; i < 50; i += 1) {
      log.append(1, true);
      await nextTurn();
    }
    expect(client.heard).toEqual(Array.from({ length: 52 }, (_each, i) => i + 1));
    expect(log.reads).toBeLessThanOrEqual(2);
  });

  it('closes who does not keep up where the lag is disconnect', async () => {
    const log = new ModelLog();
    const fanOut = new FanOut(
      log as unknown as ChannelLog,
      settingsWith({ highWater: HIGH_WATER }),
      new ChannelCounts(),
    );
    const client = new ModelClient();
    const options = { connection: client as unknown as Connection, channel: CHANNEL, highWater: HIGH_WATER };
    const subscription = new Subscription({ ...options, lag: 'disconnect' });
    subscription.startAt(EPOCH, 0);
    fanOut.add(subscription);
    for (let i = 0; i < 5; i += 1) await nextTurn();
    for (let i = 0; i < 30; i += 1) log.append(1, true);
    expect(client.closed).toBe('too_slow');
  });

  it('tells nothing of a channel that was left while its reader waited for a slow client', async () => {
    const log = new ModelLog();
    const fanOut = new FanOut(
      log as unknown as ChannelLog,
      settingsWith({ highWater: HIGH_WATER }),
      new ChannelCounts(),
    );
    const client = new ModelClient();
    const options = { connection: client as unknown as Connection, channel: CHANNEL, highWater: HIGH_WATER };
    const subscription = new Subscription({ ...options, lag: 'latest' });
    subscription.startAt(EPOCH, 0);
    fanOut.add(subscription);
    for (let i = 0; i < 5; i += 1) await nextTurn();
    for (let i = 0; i < 30; i += 1) log.append(1, true);
    const { length } = client.heard;
    fanOut.remove(subscription);
    client.drain();
    for (let i = 0; i < 5; i += 1) await nextTurn();
    expect(client.gaps).toEqual([]);
    expect(client.heard).toHaveLength(length);
  });
});
