/**
 * Starting: makes the directory, makes sure that it is ours and whole, and begins a life in it.
 * Relies on the lock before anything in the directory is looked at.
 * Whatever is wrong is an EngineStartError that says what to do, and leaves everything as it was.
 */
import { access, constants, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Durability } from '../../settings/settings.ts';
import { EngineStartError } from '../engine-start-error.ts';
import { damageOf } from './data-file/damage.ts';
import { DATA_FILE, DataFile } from './data-file/data-file.ts';
import { DirectoryLock } from './data-file/directory-lock.ts';
import { ended, fileIdentity, nextLife, parseLife } from './data-file/life.ts';

/** How to start. */
export interface StartOptions {
  readonly directory: string;
  readonly durability: Durability;
  /** This boot of the machine, as life.ts names it. */
  readonly boot: string | null;
}

/** A log that lives. */
export interface Started {
  readonly file: DataFile;
  readonly epoch: string;
  /** Ends the life, flushed, and lets go of the directory. Nothing may be in flight. */
  end(): Promise<void>;
}

/** Bytes that must be free for a new data file. */
const SMALLEST_DISK = 1024 * 1024;

/** Where a new data file is made, so that one that is there is whole. */
const NEW = 'new';

/**
 * Begins a life in a directory.
 *
 * @throws EngineStartError when that cannot be
 */
export async function start({ directory: named, durability, boot }: StartOptions): Promise<Started> {
  const directory = resolve(named);
  await makeDirectory(directory);
  const lock = await DirectoryLock.take(directory);
  try {
    const { file, life } = await live(directory, durability, boot);
    return {
      file,
      epoch: life.epoch,
      end: async () => {
        try {
          await file.endLife(JSON.stringify(ended(life)));
        } finally {
          await file.close();
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    if (error instanceof EngineStartError) throw error;
    throw unusable(directory, error);
  }
}

async function live(directory: string, durability: Durability, boot: string | null) {
  const path = join(directory, DATA_FILE);
  if (!(await isThere(path))) await create(directory, durability);
  const damage = await damageOf(path, boot);
  if (damage) {
    throw new EngineStartError(
      `The file ${path} (in DATA_DIR) is damaged: ${damage}. It was left as it is: put a backup in its place, or move ` +
        'it away to start with an empty log.',
    );
  }
  const identity = await fileIdentity(path);
  const file = await DataFile.open(directory, durability);
  try {
    const written = file.readLife();
    const before = written === undefined ? undefined : parseLife(written, directory);
    const life = nextLife(before, { durability, boot, file: identity });
    await file.beginLife(JSON.stringify(life));
    return { file, life };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(directory, error);
  }
}

/** A killed process must not leave half a data file behind: the next start would call it damaged. */
async function create(directory: string, durability: Durability): Promise<void> {
  const place = join(directory, NEW);
  await rm(place, { recursive: true, force: true });
  await mkdir(place);
  try {
    // LMDB does not survive a full disk (room.ts), so try first whether there is room.
    await writeFile(join(place, 'room'), Buffer.alloc(SMALLEST_DISK));
    await rm(join(place, 'room'));
    const file = await DataFile.open(place, durability);
    await file.close();
    await rename(join(place, DATA_FILE), join(directory, DATA_FILE));
  } finally {
    await rm(place, { recursive: true, force: true });
  }
  const handle = await open(directory, 'r');
  await handle.sync();
  await handle.close();
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function unusable(directory: string, cause: unknown): EngineStartError {
  return new EngineStartError(
    `The directory ${directory} (DATA_DIR) cannot be used (${String(cause)}): make sure that it can be made and written ` +
      'by this user, and that its disk has room; or name another directory.',
    { cause },
  );
}
