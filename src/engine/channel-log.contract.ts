/**
 * What every channel log must do, sentence by sentence as channel-log.ts says it. Each engine's spec runs it.
 */
import { describeChannelLogModel } from './channel-log.model.contract.ts';
import { describeChannelList } from './channel-log.list.contract.ts';
import { describeNewsAndEnd } from './channel-log.news.contract.ts';
import type { ChannelLog } from './channel-log.ts';
import { all, LARGE, message, numbers, said, texts } from './log-under-test.contract.ts';
import type { ContractTerms, LogUnderTest, OpenLog } from './log-under-test.contract.ts';

/** Runs the whole contract. */
export function describeChannelLog(name: string, open: OpenLog): void {
  describe(`the channel log of ${name}`, () => {
    let underTest: LogUnderTest;
    let log: ChannelLog;
    const opened = async (terms: Partial<ContractTerms> = {}): Promise<void> => {
      underTest = await open({ ...LARGE, ...terms });
      ({ log } = underTest);
    };
    afterEach(() => underTest.close());

    describe('appending', () => {
      beforeEach(() => opened());

      test('counts the messages of each channel from 1', async () => {
        expect((await log.append('a', said('one'))).offset).toBe(1);
        expect((await log.append('a', said('two'))).offset).toBe(2);
        expect((await log.append('b', said('one'))).offset).toBe(1);
      });

      test('gives offsets in the order of the calls', async () => {
        const appended = await Promise.all(numbers(100).map((n) => log.append('a', said(`${n}`))));
        expect(appended.map(({ offset }) => offset)).toEqual(numbers(100));
        expect(texts((await all(log, 'a')).entries)).toEqual(numbers(100).map(String));
      });

      test('says when, in which epoch, and that it is no duplicate', async () => {
        const before = Date.now();
        const { epoch, at, duplicate } = await log.append('a', said('one'));
        expect({ epoch, duplicate }).toEqual({ epoch: (await log.reach('a')).epoch, duplicate: false });
        expect(at).toBeGreaterThanOrEqual(before);
        expect(at).toBeLessThanOrEqual(Date.now());
      });

      test('is visible to whoever reads after it', async () => {
        for (const n of numbers(20)) {
          await log.append('a', said(`${n}`));
          expect((await log.reach('a')).head).toBe(n);
          expect((await log.read({ channel: 'a', after: n - 1, limit: 1 })).entries).toHaveLength(1);
        }
      });

      test('keeps exactly what goes over the wire', async () => {
        const publication = { from: 'u1', name: 'Ann', text: 'hé "x"\n🔔', data: { a: [1, null] }, key: 'k' };
        const { offset, at } = await log.append('a', publication);
        const [entry] = (await all(log, 'a')).entries;
        expect(message(entry)).toEqual({ channel: 'a', offset, at, ...publication });
        const order = ['channel', 'offset', 'from', 'name', 'text', 'data', 'key', 'at'];
        expect(Object.keys(message(entry))).toEqual(order);
      });

      test('leaves out what was not said', async () => {
        await log.append('a', { from: 'u1', data: {} });
        expect(Object.keys(message((await all(log, 'a')).entries[0]))).toEqual([
          'channel',
          'offset',
          'from',
          'data',
          'at',
        ]);
      });

      test('refuses what is no JSON, alone and without using up an offset', async () => {
        const circle: Record<string, unknown> = {};
        circle['self'] = circle;
        const results = await Promise.allSettled([
          log.append('new', { from: 'u1', data: circle }),
          log.append('a', said('one')),
          log.append('b', said('one')),
          log.append('a', { from: 'u1', data: circle }),
          log.append('a', said('two')),
        ]);
        expect(results.map(({ status }) => status === 'fulfilled')).toEqual([false, true, true, false, true]);
        expect(texts((await all(log, 'a')).entries)).toEqual(['one', 'two']);
        await log.append('c', said('three'));
        expect(texts((await all(log, 'b')).entries)).toEqual(['one']);
        expect((await log.reach('new')).head).toBe(0);
      });
    });

    describe('an idempotency key', () => {
      let now = 1_000_000;
      beforeEach(() => opened({ idempotencyTtl: 1000, now: () => now }));

      test('is appended once, and answered with the first message', async () => {
        const first = await log.append('a', { ...said('one'), key: 'k' });
        now += 10;
        await log.append('a', said('between'));
        const again = await log.append('a', { ...said('another text'), key: 'k' });
        expect(again).toEqual({ ...first, duplicate: true });
        expect(texts((await all(log, 'a')).entries)).toEqual(['one', 'between']);
      });

      test('is appended once however many come at the same moment', async () => {
        const results = await Promise.all(numbers(50).map(() => log.append('a', { ...said('one'), key: 'k' })));
        expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
        expect(new Set(results.map(({ offset }) => offset))).toEqual(new Set([1]));
        expect((await log.reach('a')).head).toBe(1);
      });

      test('is its own in each channel and for each author', async () => {
        const places = [
          ['a', 'u1', 'k'],
          ['b', 'u1', 'k'],
          ['a', 'u2', 'k'],
          ['a', 'u', '1k'],
          ['a', 'u1k', ''],
        ] as const;
        for (const [channel, from, key] of places) {
          expect((await log.append(channel, { from, text: 'x', key })).duplicate).toBe(false);
        }
      });

      test('is known until its time is over, and new afterwards', async () => {
        await log.append('a', { ...said('one'), key: 'k' });
        now += 1000;
        expect((await log.append('a', { ...said('one'), key: 'k' })).duplicate).toBe(true);
        now += 1;
        expect(await log.append('a', { ...said('one'), key: 'k' })).toMatchObject({ duplicate: false, offset: 2 });
        expect(await log.append('a', { ...said('one'), key: 'k' })).toMatchObject({ duplicate: true, offset: 2 });
      });
    });

    describe('reading', () => {
      beforeEach(async () => {
        await opened();
        for (const n of numbers(10)) await log.append('a', said(`${n}`));
      });

      test.each([
        [0, 500, numbers(10)],
        [0, 3, [1, 2, 3]],
        [3, 3, [4, 5, 6]],
        [8, 5, [9, 10]],
        [10, 5, []],
        [99, 5, []],
      ])('after %i, at most %i', async (after, limit, offsets) => {
        const page = await log.read({ channel: 'a', after, limit });
        expect(page.entries.map(({ offset }) => offset)).toEqual(offsets);
        expect(page).toMatchObject({ head: 10, first: 1, epoch: (await log.reach('a')).epoch });
      });

      test('stops before more bytes than asked for, and gives one message at the least', async () => {
        const [one, two] = (await all(log, 'a')).entries.map(({ json }) => Buffer.byteLength(json)) as [number, number];
        const page = { channel: 'a', after: 0, limit: 500 };
        expect((await log.read({ ...page, maxBytes: 1 })).entries).toHaveLength(1);
        expect((await log.read({ ...page, maxBytes: one + two - 1 })).entries).toHaveLength(1);
        expect((await log.read({ ...page, maxBytes: one + two })).entries).toHaveLength(2);
      });

      test('of a channel in which nothing was said finds nothing', async () => {
        const nothing = { epoch: expect.any(String) as string, head: 0, first: 1 };
        const { epoch } = await log.reach('silent');
        expect(await log.reach('silent')).toEqual({ ...nothing, epoch });
        expect(await log.read({ channel: 'silent', after: 0, limit: 5 })).toEqual({ ...nothing, epoch, entries: [] });
        expect((await log.append('silent', said('one'))).epoch).toBe(epoch);
      });

      test('sees a channel whose name begins another one', async () => {
        await log.append('a:b', said('other'));
        expect(texts((await all(log, 'a:b')).entries)).toEqual(['other']);
        expect((await all(log, 'a')).head).toBe(10);
      });
    });
  });

  describeChannelList(name, open);
  describeNewsAndEnd(name, open);
  describeChannelLogModel(name, open);
}
