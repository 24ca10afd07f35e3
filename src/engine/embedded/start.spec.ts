import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineStartError } from '../engine-start-error.ts';
import { EmbeddedLog } from './embedded-log.ts';

let place: string;
beforeEach(async () => (place = await mkdtemp(join(tmpdir(), 'belfry-start-'))));
afterEach(() => rm(place, { recursive: true }));

const openLog = (directory: string): Promise<EmbeddedLog> =>
  EmbeddedLog.open({
    directory,
    durability: 'commit',
    idempotencyTtl: 1000,
    retention: () => ({ size: 100, ttl: 60_000 }),
  });

async function refusal(directory: string): Promise<string> {
  const error: unknown = await openLog(directory).then(
    () => 'it was opened',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineStartError);
  return (error as Error).message;
}

describe('a data directory', () => {
  test('is made, with those above it, and holds what it needs and no more', async () => {
    const directory = join(place, 'a', 'b');
    const log = await openLog(directory);
    expect((await readdir(directory)).toSorted()).toEqual(['data.mdb', 'lock.mdb', 'owner.sock']);
    await log.close();
    expect((await readdir(directory)).toSorted()).toEqual(['data.mdb', 'lock.mdb']);
  });

  test('that cannot be made is refused by name, with what to do', async () => {
    await writeFile(join(place, 'file'), 'not a directory');
    const message = await refusal(join(place, 'file', 'data'));
    expect(message).toContain(`The directory ${join(place, 'file', 'data')} (DATA_DIR) cannot be used (Error: ENOTDIR`);
    expect(message).toContain('make sure that it can be made and written by this user');
  });

  test('where a first start was killed is taken', async () => {
    await mkdir(join(place, 'new'));
    await writeFile(join(place, 'new', 'data.mdb'), 'half a file');
    const log = await openLog(place);
    await log.close();
    expect(await readdir(place)).not.toContain('new');
  });
});

function inUse(directory: string, pid: number): string {
  return `The directory ${directory} (DATA_DIR) is in use by process ${pid} on ${hostname()}, since 20`;
}

describe('a directory that is in use', () => {
  test('is refused to a second log, by name, and is free again after the first is closed', async () => {
    const log = await openLog(place);
    expect(await refusal(place)).toContain(inUse(place, process.pid));
    await log.append('a', { from: 'u1', text: 'still here' });
    await log.close();
    await (await openLog(place)).close();
  });

  test('is refused when its path is longer than a socket may have', async () => {
    const directory = join(place, 'long'.repeat(30));
    const log = await openLog(directory);
    expect(await refusal(directory)).toContain(inUse(directory, process.pid));
    await log.close();
    await (await openLog(directory)).close();
  });

  test('is refused while its owner is stopped, and taken when it has been killed', async () => {
    const listen = `require('node:net').createServer((s) => s.end('{}')).listen(process.argv[1], () => console.log('up'))`;
    const owner = spawn(process.execPath, ['-e', listen, join(place, 'owner.sock')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    owner.kill('SIGSTOP');
    expect(await refusal(place)).toContain('is in use by another process, which does not answer');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await readdir(place)).toContain('owner.sock');
    await (await openLog(place)).close();
  });

  test('is taken by one of two that start at the same moment', async () => {
    const results = await Promise.allSettled([openLog(place), openLog(place), openLog(place)]);
    const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(opened).toHaveLength(1);
    await opened[0]?.close();
  });
});
