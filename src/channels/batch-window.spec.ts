/** What is put into the window comes out of it: all of it, in the order of each channel, and joined only where it may be. */
import * as fc from 'fast-check';
import type { Batch } from '../engine/channel-log.ts';
import { BatchWindow } from './batch-window.ts';

const { jest } = import.meta;

const LENGTH = 20;

function batchOf(channel: string, epoch: string, first: number, count: number): Batch {
  const entries = Array.from({ length: count }, (_each, i) => ({ offset: first + i, json: `${channel} ${first + i}` }));
  return { channel, epoch, entries };
}

/** News as an engine may have them: mostly following each other, sometimes with some lost, again, or of a new epoch. */
const news = fc.array(
  fc.record({
    channel: fc.constantFrom('a', 'b', 'c'),
    count: fc.integer({ min: 1, max: 4 }),
    skip: fc.constantFrom(0, 0, 0, 0, 1, -1),
    isNewEpoch: fc.nat({ max: 9 }).map((n) => n === 0),
    wait: fc.constantFrom(0, 0, 1, LENGTH - 1, LENGTH),
  }),
  { maxLength: 40, size: 'max' },
);

/** Every message of a channel, in the order in which the batches have them. */
const messagesOf = (batches: readonly Batch[], channel: string): string[] =>
  batches
    .filter((batch) => batch.channel === channel)
    .flatMap(({ epoch, entries }) => entries.map(({ offset, json }) => `${epoch} ${offset} ${json}`));

describe('the batch window', () => {
  let out: Batch[];
  let window: BatchWindow;

  beforeEach(() => {
    jest.useFakeTimers();
    open(LENGTH);
  });
  afterEach(() => jest.useRealTimers());

  function open(length: number): void {
    out = [];
    window = new BatchWindow(length, (batch) => out.push(batch));
  }

  it('gives out everything, in the order of each channel, and in one piece only what follows each other', () => {
    fc.assert(
      fc.property(news, (steps) => {
        open(LENGTH);
        const given: Batch[] = [];
        const heads = new Map<string, { epoch: number; offset: number }>();
        for (const { channel, count, skip, isNewEpoch, wait } of steps) {
          const { epoch, offset } = heads.get(channel) ?? { epoch: 0, offset: 0 };
          const now = isNewEpoch ? { epoch: epoch + 1, offset: 0 } : { epoch, offset };
          const batch = batchOf(channel, `e${now.epoch}`, Math.max(1, now.offset + 1 + skip), count);
          heads.set(channel, { epoch: now.epoch, offset: batch.entries.at(-1)?.offset ?? 0 });
          given.push(batch);
          window.add(batch);
          jest.advanceTimersByTime(wait);
        }
        window.close();
        for (const channel of ['a', 'b', 'c']) expect(messagesOf(out, channel)).toEqual(messagesOf(given, channel));
        for (const { entries } of out) {
          expect(entries.map(({ offset }) => offset)).toEqual(entries.map((_each, i) => (entries[0]?.offset ?? 0) + i));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('joins what follows each other in a channel, also when another channel comes between', () => {
    for (const batch of [batchOf('a', 'e', 1, 2), batchOf('b', 'e', 7, 1), batchOf('a', 'e', 3, 1)]) window.add(batch);
    jest.advanceTimersByTime(LENGTH);
    expect(out).toEqual([batchOf('a', 'e', 1, 3), batchOf('b', 'e', 7, 1)]);
  });

  it.each([
    ['some are missing between', batchOf('a', 'e', 4, 1)],
    ['they come twice', batchOf('a', 'e', 2, 1)],
    ['the epoch is another', batchOf('a', 'f', 3, 1)],
  ])('keeps batches apart when %s', (_why, next) => {
    const first = batchOf('a', 'e', 1, 2);
    window.add(first);
    window.add(next);
    jest.advanceTimersByTime(LENGTH);
    expect(out).toEqual([first, next]);
  });

  it('leaves the batches that it is given as they are', () => {
    const [first, second] = [batchOf('a', 'e', 1, 1), batchOf('a', 'e', 2, 1)];
    window.add(first);
    window.add(second);
    jest.advanceTimersByTime(LENGTH);
    expect([first, second]).toEqual([batchOf('a', 'e', 1, 1), batchOf('a', 'e', 2, 1)]);
  });

  it('is open from the first message on, and no longer than its length', () => {
    window.add(batchOf('a', 'e', 1, 1));
    jest.advanceTimersByTime(LENGTH - 1);
    window.add(batchOf('a', 'e', 2, 1));
    expect(out).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(out).toEqual([batchOf('a', 'e', 1, 2)]);
    window.add(batchOf('a', 'e', 3, 1));
    jest.advanceTimersByTime(LENGTH - 1);
    expect(out).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(out).toHaveLength(2);
  });

  it('of length 0 holds nothing', () => {
    open(0);
    window.add(batchOf('a', 'e', 1, 1));
    expect(out).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives out what it holds when it is closed, and holds nothing afterwards', () => {
    window.add(batchOf('a', 'e', 1, 1));
    window.close();
    expect(out).toHaveLength(1);
    window.add(batchOf('a', 'e', 2, 1));
    expect(out).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
  });
});
