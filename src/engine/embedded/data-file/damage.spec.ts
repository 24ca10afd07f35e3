import { cp, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineUnavailable } from '../../engine-unavailable.ts';
import { EmbeddedLog } from '../embedded-log.ts';
import { damageOf } from './damage.ts';
import { currentBoot } from './life.ts';

const PAGE = 4096;

let directory: string;
let path: string;
let whole: string;

// Several levels of pages, records of all sizes, freed pages, and both ends of a life.
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-damage-'));
  path = join(directory, 'data.mdb');
  whole = join(directory, 'whole');
  const log = await openLog();
  for (let round = 0; round < 30; round += 1) {
    const sizes = Array.from({ length: 40 }, (_, index) => (index === 0 ? 20_000 : 10 + index * 20));
    await Promise.all(
      sizes.map((size, index) =>
        log.append(`c${index % 7}`, { from: 'u1', text: 'x'.repeat(size), key: `${round} ${index}` }),
      ),
    );
  }
  await log.close();
  await cp(path, whole);
});
beforeEach(() => cp(whole, path));
afterAll(() => rm(directory, { recursive: true }));

const openLog = (): Promise<EmbeddedLog> =>
  EmbeddedLog.open({
    directory,
    durability: 'commit',
    idempotencyTtl: 60_000,
    retention: () => ({ size: 100, ttl: 60_000 }),
    trimming: { step: 2, round: 5 },
  });

/** Bytes that the data file needs, without the room behind them. */
async function usedBytes(): Promise<number> {
  const bytes = await readFile(whole);
  const [first, second] = [bytes, bytes.subarray(PAGE)] as const;
  const newest = first.readBigUInt64LE(152) > second.readBigUInt64LE(152) ? first : second;
  return (Number(newest.readBigUInt64LE(144)) + 1) * PAGE;
}

async function overwrite(position: number, bytes: Buffer): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.write(bytes, 0, bytes.length, position);
  await handle.close();
}

/** What the start says; the file must be as it was. */
async function refusal(): Promise<string> {
  const before = await readFile(path);
  const message = await openLog().then(
    () => 'it was opened',
    (reason: unknown) => String(reason),
  );
  return (await readFile(path)).equals(before) ? message : 'the file was changed';
}

const DAMAGED =
  /^EngineStartError: .*data\.mdb \(in DATA_DIR\) is damaged: .*It was left as it is: put a backup in its place/;

test('a whole file is whole', async () => {
  expect(await damageOf(path, currentBoot())).toBeUndefined();
  const log = await openLog();
  expect((await log.reach('c0')).head).toBeGreaterThan(0);
  await log.close();
});

test('a file without the room at its end is whole', async () => {
  await truncate(path, await usedBytes());
  expect(await damageOf(path, currentBoot())).toBeUndefined();
});

describe('refused is a file', () => {
  test.each([0, 1, 100, PAGE - 1, PAGE, PAGE + 100, 2 * PAGE, 3 * PAGE, 20 * PAGE])(
    'cut off after %i bytes',
    async (size) => {
      await truncate(path, size);
      expect(await refusal()).toMatch(DAMAGED);
    },
  );

  test('that lost its second half', async () => {
    await truncate(path, (await usedBytes()) / 2);
    expect(await refusal()).toMatch(DAMAGED);
  });

  test('that is something else', async () => {
    await writeFile(path, 'This is not a database.\n'.repeat(10_000));
    expect(await refusal()).toMatch(DAMAGED);
    await writeFile(path, Buffer.alloc(1_000_000));
    expect(await refusal()).toMatch(DAMAGED);
  });

  test.each([0, 30, PAGE, PAGE + 30])('with garbage at byte %i, in the meta pages', async (position) => {
    await overwrite(position, Buffer.alloc(200, 0xa5));
    expect(await refusal()).toMatch(DAMAGED);
  });

  test('with garbage over any page that is in use, or else it is not in use', async () => {
    const bytes = await readFile(whole);
    const pages = (await usedBytes()) / PAGE;
    let refused = 0;
    for (let page = 2; page < pages; page += 1) {
      await overwrite(page * PAGE, Buffer.alloc(PAGE, 0x5a));
      if ((await damageOf(path, currentBoot())) !== undefined) refused += 1;
      await overwrite(page * PAGE, bytes.subarray(page * PAGE, (page + 1) * PAGE));
    }
    // The others are free, or hold the inside of a large message, which its checksum covers.
    expect(refused).toBeGreaterThan(pages / 5);
  });
});

test('a message that is not what was written is refused when it is read, and the log is down', async () => {
  const bytes = await readFile(path);
  const written = Buffer.from('"channel":"c3","offset":180,');
  let copies = 0;
  for (let at = bytes.indexOf(written); at >= 0; at = bytes.indexOf(written, at + 1)) {
    await overwrite(at, Buffer.from('"channel":"c4"'));
    copies += 1;
  }
  expect(copies).toBeGreaterThan(0);
  const log = await openLog();
  expect((await log.read({ channel: 'c3', after: 178, limit: 1 })).entries).toHaveLength(1);
  const reading = log.read({ channel: 'c3', after: 179, limit: 1 });
  await expect(reading).rejects.toThrow(EngineUnavailable);
  await expect(reading).rejects.toThrow('Message 180 of channel c3 is not what was written');
  expect(await log.health()).toMatchObject({ status: 'down' });
  await expect(log.append('c3', { from: 'u1', text: 'x' })).rejects.toThrow('restart the server');
  await log.close();
  expect((await stat(path)).size).toBe(bytes.length);
});
