/**
 * The contract of a channel log, continued: which channels there are.
 */
import type { ChannelLog } from './channel-log.ts';
import { EngineUnavailable } from './engine-unavailable.ts';
import { LARGE, numbers, said, until } from './log-under-test.contract.ts';
import type { LogUnderTest, OpenLog } from './log-under-test.contract.ts';

const NUMBERED = numbers(7).map((n) => `list-${n}`);
const BY_NAME = ['list-10', 'list-9', 'list-B', 'list-a', 'list-a.b', 'list-a:b', 'list-a_b', 'list-b'];

/** The channels that it speaks in: a store that outlives a test is to be cleared of them. */
export const LISTED = [...NUMBERED, ...BY_NAME];

/** Runs this part of the contract. The store may hold channels of others, whose names do not begin with `list-`. */
export function describeChannelList(name: string, open: OpenLog): void {
  describe(`the list of channels of ${name}`, () => {
    let underTest: LogUnderTest;
    let log: ChannelLog;
    let now = Date.now();
    beforeEach(async () => {
      underTest = await open({ ...LARGE, now: () => now });
      ({ log } = underTest);
    });
    afterEach(() => underTest.close());

    const say = async (...channels: readonly string[]): Promise<void> => {
      for (const channel of channels) await log.append(channel, said('one'));
    };

    test('names those in which something was said, with how far each reaches', async () => {
      await say('list-1', 'list-1', 'list-2');
      const { epoch } = await log.reach('list-1');
      expect(await log.list({ after: 'list-', limit: 2 })).toEqual([
        { channel: 'list-1', epoch, head: 2, first: 1 },
        { channel: 'list-2', epoch: (await log.reach('list-2')).epoch, head: 1, first: 1 },
      ]);
    });

    test('leaves out those that were only asked for', async () => {
      await say('list-1', 'list-3');
      await log.reach('list-2');
      expect(channelsOf(await log.list({ after: 'list-', limit: 2 }))).toEqual(['list-1', 'list-3']);
    });

    test('is ordered by name, whatever the order in which they came', async () => {
      await say(...BY_NAME.toReversed());
      expect(channelsOf(await log.list({ after: 'list-', limit: BY_NAME.length }))).toEqual(BY_NAME);
    });

    test('is read piece by piece, each channel once', async () => {
      await say(...NUMBERED.toReversed());
      const read: string[] = [];
      let after = 'list-';
      while (after.startsWith('list-') && read.length < NUMBERED.length) {
        const piece = channelsOf(await log.list({ after, limit: 3 }));
        read.push(...piece);
        after = piece.at(-1) ?? '';
      }
      expect(read.filter((channel) => channel.startsWith('list-'))).toEqual(NUMBERED);
    });

    test('begins with the first, and ends', async () => {
      await say('list-1', 'list-2');
      const everything = channelsOf(await log.list({ limit: 500 }));
      expect(everything).toEqual(expect.arrayContaining(['list-1', 'list-2']));
      expect(await log.list({ after: everything.at(-1) ?? '', limit: 5 })).toEqual([]);
    });

    test('still has a channel of which nothing is kept any more', async () => {
      await say('list-1');
      now += LARGE.retention.ttl + 1;
      await until(async () => (await log.reach('list-1')).first === 2);
      expect(await log.list({ after: 'list-', limit: 1 })).toMatchObject([{ channel: 'list-1', head: 1, first: 2 }]);
    });

    test('is refused when the log is closed', async () => {
      await log.close();
      await expect(log.list({ limit: 1 })).rejects.toThrow(EngineUnavailable);
    });
  });
}

function channelsOf(list: Awaited<ReturnType<ChannelLog['list']>>): string[] {
  return list.map(({ channel }) => channel);
}
