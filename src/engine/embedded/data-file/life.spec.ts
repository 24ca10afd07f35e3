import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Durability } from '../../../settings/settings.ts';
import type { Retention } from '../../retention.ts';
import { EmbeddedLog } from '../embedded-log.ts';
import { ended, nextLife, parseLife } from './life.ts';
import type { Life } from './life.ts';

const keepAll = (): Retention => ({ size: 100, ttl: 60_000 });

describe('a new epoch begins', () => {
  const before: Life = { format: 1, epoch: 'E', durability: 'commit', boot: 'b1', file: 'f1', isOver: false };
  const same = { durability: 'commit', boot: 'b1', file: 'f1' } as const;
  const isNew = (past: Life | undefined, present: typeof same | Partial<Life>): boolean =>
    nextLife(past, { ...same, ...present }).epoch !== 'E';

  test.each<[string, Life | undefined, Partial<Life>, boolean]>([
    ['in a new directory', undefined, {}, true],
    ['in a file that is another one', ended(before), { file: 'f2' }, true],
    ['after a power cut with commit', before, { boot: 'b2' }, true],
    ['after an unclean end with commit, when the boot is unknown', { ...before, boot: null }, { boot: null }, true],
    [
      'after a power cut with commit, also when it goes on with flush',
      before,
      { boot: 'b2', durability: 'flush' },
      true,
    ],
    ['not after a kill', before, {}, false],
    ['not after a clean end and a reboot', ended(before), { boot: 'b2' }, false],
    [
      'not after a power cut with flush',
      { ...before, durability: 'flush' },
      { boot: 'b2', durability: 'commit' },
      false,
    ],
  ])('%s', (_, past, present, expected) => {
    expect(isNew(past, present)).toBe(expected);
  });

  test('and a life of another format is not read', () => {
    expect(() => parseLife('{"format":2}', '/data')).toThrow('/data (DATA_DIR) holds data of format 2');
  });
});

describe('the epoch of a directory', () => {
  let place: string;
  let log: EmbeddedLog;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'belfry-life-'));
    await begin();
    await log.append('a', { from: 'u1', text: 'one' });
  });
  afterEach(async () => {
    await log.close();
    await rm(place, { recursive: true });
  });

  const begin = async (boot: string | null = 'b1', durability: Durability = 'commit'): Promise<void> => {
    const directory = join(place, 'data');
    log = await EmbeddedLog.open({ directory, durability, idempotencyTtl: 1000, retention: keepAll, boot });
  };

  test('stays over a restart', async () => {
    const { epoch } = await log.reach('a');
    await log.close();
    await begin('b2');
    expect(await log.reach('a')).toEqual({ epoch, head: 1, first: 1 });
  });

  test.each(['commit', 'flush'] as const)('stays when DURABILITY changes from commit to %s and back', async (other) => {
    const { epoch } = await log.reach('a');
    await log.close();
    await begin('b1', other);
    await log.append('a', { from: 'u1', text: 'two' });
    await log.close();
    await begin();
    expect(await log.reach('a')).toEqual({ epoch, head: 2, first: 1 });
  });

  test('is another one when a backup was put in its place; what it holds is there, and offsets go on', async () => {
    const { epoch } = await log.reach('a');
    await log.close();
    await cp(join(place, 'data'), join(place, 'backup'), {
      recursive: true,
      filter: (path) => !path.endsWith('.sock'),
    });
    await begin();
    await log.append('a', { from: 'u1', text: 'lost' });
    await log.close();
    await rm(join(place, 'data'), { recursive: true });
    await rename(join(place, 'backup'), join(place, 'data'));
    await begin();
    const reach = await log.reach('a');
    expect(reach).toEqual({ epoch: expect.any(String), head: 1, first: 1 });
    expect(reach.epoch).not.toBe(epoch);
    expect(await log.append('a', { from: 'u1', text: 'two' })).toMatchObject({ offset: 2, epoch: reach.epoch });
    await log.close();
    await begin();
    expect((await log.reach('a')).epoch).toBe(reach.epoch);
  });

  test('is another one when the directory was lost', async () => {
    const { epoch } = await log.reach('a');
    await log.close();
    await rm(join(place, 'data'), { recursive: true });
    await begin();
    const reach = await log.reach('a');
    expect(reach.head).toBe(0);
    expect(reach.epoch).not.toBe(epoch);
  });

  test('answers a key with the epoch of the message that it stands for', async () => {
    const first = await log.append('a', { from: 'u1', text: 'two', key: 'k' });
    await log.close();
    await cp(join(place, 'data', 'data.mdb'), join(place, 'data', 'copy'));
    await rename(join(place, 'data', 'copy'), join(place, 'data', 'data.mdb'));
    await begin();
    expect(await log.append('a', { from: 'u1', text: 'two', key: 'k' })).toEqual({ ...first, duplicate: true });
    expect((await log.reach('a')).epoch).not.toBe(first.epoch);
  });
});
