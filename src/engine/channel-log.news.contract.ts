/**
 * The contract of a channel log, continued: what it announces, what it lets go of, and how it ends.
 */
import type { Batch, ChannelLog } from './channel-log.ts';
import { EngineUnavailable } from './engine-unavailable.ts';
import { all, LARGE, numbers, said, texts, until } from './log-under-test.contract.ts';
import type { ContractTerms, LogUnderTest, OpenLog } from './log-under-test.contract.ts';

/** Runs this part of the contract. */
export function describeNewsAndEnd(name: string, open: OpenLog): void {
  describe(`the channel log of ${name}`, () => {
    let underTest: LogUnderTest;
    let log: ChannelLog;
    const opened = async (terms: Partial<ContractTerms> = {}): Promise<void> => {
      underTest = await open({ ...LARGE, ...terms });
      ({ log } = underTest);
    };
    afterEach(() => underTest.close());

    describe('news', () => {
      let news: Batch[];
      beforeEach(async () => {
        await opened();
        news = [];
        log.onAppended((batch) => news.push(batch));
      });

      test('are told of watched channels, and of no others', async () => {
        await log.watch('a');
        await Promise.all([log.append('a', said('one')), log.append('b', said('one'))]);
        expect(news.map(({ channel }) => channel)).toEqual(['a']);
        expect(news[0]?.entries).toEqual((await all(log, 'a')).entries);
        expect(news[0]?.epoch).toBe((await log.reach('a')).epoch);
      });

      test('come before the promise resolves', async () => {
        await log.watch('a');
        const heard = log.append('a', said('one')).then(() => news.length);
        expect(await heard).toBe(1);
      });

      test('of what waited together come together, in order', async () => {
        await log.watch('a');
        const waiting = numbers(300).map((n) => log.append('a', said(`${n}`)));
        await Promise.all(waiting);
        expect(news).toHaveLength(1);
        expect(texts(news[0]?.entries ?? [])).toEqual(numbers(300).map(String));
      });

      test('are one batch after the other without a gap while appends go on', async () => {
        await log.watch('a');
        await Promise.all(
          numbers(8).map(async () => {
            for (const n of numbers(25)) await log.append('a', said(`${n}`));
          }),
        );
        expect(news.flatMap(({ entries }) => entries.map(({ offset }) => offset))).toEqual(numbers(200));
      });

      test('say nothing of a duplicate', async () => {
        await log.watch('a');
        await log.append('a', { ...said('one'), key: 'k' });
        await log.append('a', { ...said('one'), key: 'k' });
        expect(news.flatMap(({ entries }) => entries)).toHaveLength(1);
      });

      test('end with unwatch, as often as it was watched', async () => {
        await log.watch('a');
        await log.watch('a');
        log.unwatch('a');
        await log.append('a', said('one'));
        log.unwatch('a');
        await log.append('a', said('two'));
        log.unwatch('a');
        await log.watch('a');
        await log.append('a', said('three'));
        expect(news.flatMap(({ entries }) => texts(entries))).toEqual(['one', 'three']);
      });

      test('are told to every listener', async () => {
        const others: Batch[] = [];
        await log.watch('a');
        log.onAppended((batch) => others.push(batch));
        await log.append('a', said('one'));
        expect([news.length, others.length]).toEqual([1, 1]);
      });
    });

    describe('retention', () => {
      let now = 1_000_000;
      test('keeps the newest messages of each channel, and tells where they begin', async () => {
        await opened({ retention: { size: 5, ttl: 60_000 } });
        await Promise.all(numbers(12).map((n) => log.append('a', said(`${n}`))));
        await log.append('b', said('one'));
        await until(async () => (await log.reach('a')).first === 8);
        const page = await log.read({ channel: 'a', after: 0, limit: 3 });
        expect(page).toMatchObject({ head: 12, first: 8 });
        expect(page.entries.map(({ offset }) => offset)).toEqual([8, 9, 10]);
        expect(await log.reach('b')).toMatchObject({ head: 1, first: 1 });
      });

      test('ends with the time of a message, also in a channel that is silent; offsets go on', async () => {
        await opened({ retention: { size: 100, ttl: 1000 }, now: () => now });
        await log.append('a', said('one'));
        now += 600;
        await log.append('a', said('two'));
        now += 600;
        await until(async () => (await log.reach('a')).first === 2);
        now += 600;
        await until(async () => (await log.reach('a')).first === 3);
        expect(await all(log, 'a')).toMatchObject({ head: 2, first: 3, entries: [] });
        expect((await log.append('a', said('three'))).offset).toBe(3);
        expect(await all(log, 'a')).toMatchObject({ head: 3, first: 3 });
      });
    });

    describe('closing', () => {
      beforeEach(() => opened());

      test('finishes the appends that wait', async () => {
        const waiting = numbers(10).map((n) => log.append('a', said(`${n}`)));
        await log.close();
        expect((await Promise.all(waiting)).map(({ offset }) => offset)).toEqual(numbers(10));
      });

      test('lets later calls reject', async () => {
        await log.close();
        await expect(log.append('a', said('one'))).rejects.toThrow(EngineUnavailable);
        await expect(log.read({ channel: 'a', after: 0, limit: 1 })).rejects.toThrow(EngineUnavailable);
        await expect(log.reach('a')).rejects.toThrow(EngineUnavailable);
        await expect(log.watch('a')).rejects.toThrow(EngineUnavailable);
        expect(await log.health()).toMatchObject({ status: 'down' });
        await log.close();
      });

      test('comes after health was up', async () => {
        expect(await log.health()).toEqual({ status: 'up' });
      });
    });
  });
}
