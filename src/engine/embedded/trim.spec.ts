import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Retention } from '../retention.ts';
import { DataFile } from './data-file/data-file.ts';
import { Draft } from './draft.ts';
import { readReach } from './read-page.ts';
import { CHANNELS_PER_STEP, Trimmer } from './trim.ts';

const IDEMPOTENCY_TTL = 1000;

let directory: string;
let file: DataFile;
let retention: Retention;
let trimmer: Trimmer;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-trim-'));
  file = await DataFile.open(directory, 'commit');
  await file.beginLife('life');
  retention = { size: 1_000_000, ttl: 1_000_000 };
  trimmer = new Trimmer(file, { retention: () => retention, idempotencyTtl: IDEMPOTENCY_TTL });
});
afterEach(async () => {
  await file.close();
  await rm(directory, { recursive: true });
});

async function append(channel: string, count: number, at: number): Promise<void> {
  const draft = new Draft(file, { epoch: 'E', at, keysSince: at - IDEMPOTENCY_TTL });
  for (let n = 1; n <= count; n += 1) draft.append(channel, { from: 'u1', text: 'x', key: `${at} ${n}` });
  await (
    await file.write(draft.transaction())
  ).flushed;
}

/** Steps until a round is over, and returns how many it took. */
async function round(now: number, limit: number): Promise<number> {
  for (let steps = 1; ; steps += 1) {
    const step = trimmer.step(now, limit);
    if (!step.isEmpty) await (await file.write(step)).flushed;
    if (trimmer.isAtEnd) return steps;
  }
}

const kept = (channel: string): number => {
  const { head, first } = readReach(file, 'E', channel);
  return head - first + 1;
};

/** Keys that are remembered, and entries that say when. */
const count = (): number[] => [file.keys, file.expiry].map((database) => [...database.getKeys()].length);

test('a step removes no more than its limit, and a round goes on until all is removed', async () => {
  await append('a', 100, 1000);
  retention = { size: 10, ttl: 1_000_000 };
  const step = trimmer.step(1000, 20);
  await (
    await file.write(step)
  ).flushed;
  expect([kept('a'), trimmer.isAtEnd]).toEqual([80, false]);
  expect(await round(1000, 20)).toBeGreaterThanOrEqual(4);
  expect(kept('a')).toBe(10);
});

test('a round comes to every channel, however many there are', async () => {
  const channels = Array.from({ length: 2 * CHANNELS_PER_STEP + 5 }, (_, index) => `channel ${index}`);
  const draft = new Draft(file, { epoch: 'E', at: 1000, keysSince: 0 });
  for (const channel of channels) for (let n = 0; n < 3; n += 1) draft.append(channel, { from: 'u1', text: 'x' });
  await (
    await file.write(draft.transaction())
  ).flushed;
  retention = { size: 1, ttl: 1_000_000 };
  await round(1000, 7);
  expect(channels.map(kept)).toEqual(channels.map(() => 1));
});

test('idempotency keys leave the file when their time is over, a few at a time', async () => {
  await append('a', 50, 1000);
  await append('a', 50, 1500);
  expect(count()).toEqual([100, 100]);
  await round(2000, 10);
  expect(count()).toEqual([100, 100]);
  expect(await round(2001, 10)).toBeGreaterThanOrEqual(5);
  expect(count()).toEqual([50, 50]);
  await round(2501, 10);
  expect(count()).toEqual([0, 0]);
});

test('a key that was used again after its time stays for its second time', async () => {
  await append('a', 1, 1000);
  const draft = new Draft(file, { epoch: 'E', at: 2500, keysSince: 1500 });
  expect(draft.append('a', { from: 'u1', text: 'x', key: '1000 1' })).toMatchObject({ duplicate: false, offset: 2 });
  await (
    await file.write(draft.transaction())
  ).flushed;
  await round(2600, 10);
  expect([...file.keys.getKeys()]).toHaveLength(1);
  expect([...file.expiry.getKeys()]).toHaveLength(1);
});
