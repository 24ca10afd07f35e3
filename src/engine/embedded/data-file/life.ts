/**
 * The life of a log, and its epoch. What is written here at the start tells the next start what may have been lost.
 * Relies on the record being flushed before anything is read or appended in this life.
 * Guarantees that an offset never means two messages under one epoch: a log that may have gone backwards, or is a copy
 * of another, gets another epoch. Its messages stay, and offsets go on from the newest of them.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, statfsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Durability } from '../../../settings/settings.ts';
import { EngineStartError } from '../../engine-start-error.ts';

/** The life of a log, as it is stored. */
export interface Life {
  /** Of the data file's layout. */
  readonly format: typeof FORMAT;
  readonly epoch: string;
  readonly durability: Durability;
  /** Names the boot in which it began; null when the system does not tell. */
  readonly boot: string | null;
  /** Names the file that it was written to. */
  readonly file: string;
  /** True once it has ended, and all of it was flushed. */
  readonly isOver: boolean;
}

/** In which a log begins to live. */
export interface Circumstances {
  readonly durability: Durability;
  readonly boot: string | null;
  readonly file: string;
}

const FORMAT = 1;

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** What statfs says of a real /proc. */
const PROC_FILESYSTEM = 0x9fa0;

/** The life that follows `before`, which is undefined in a new directory. */
export function nextLife(before: Life | undefined, circumstances: Circumstances): Life {
  const epoch = before && isSameLog(before, circumstances) ? before.epoch : randomBytes(9).toString('base64url');
  return { format: FORMAT, epoch, ...circumstances, isOver: false };
}

/** The same life, ended. */
export function ended(life: Life): Life {
  return { ...life, isOver: true };
}

/**
 * Reads what `JSON.stringify` made of a life.
 *
 * @throws EngineStartError when another Belfry wrote it, with another layout
 */
export function parseLife(written: string, directory: string): Life {
  const life = JSON.parse(written) as Life;
  if ((life.format as number) === FORMAT) return life;
  throw new EngineStartError(
    `The directory ${directory} (DATA_DIR) holds data of format ${life.format}, and this Belfry knows format ${FORMAT}: ` +
      'start the version that wrote it, or name another directory.',
  );
}

/**
 * Names this boot of the machine, or null. Read in exactly the way in which LMDB reads it: where LMDB does not know the
 * boot, it goes back to what was flushed even after a mere kill, and an epoch that stayed would be wrong.
 */
export function currentBoot(): string | null {
  try {
    return statfsSync(BOOT_ID).type === PROC_FILESYSTEM ? readFileSync(BOOT_ID, 'utf8').trim() : null;
  } catch {
    return null;
  }
}

/**
 * Names a file: a copy of it, or another one in its place, has another name. A copy that was written over it in place
 * cannot be told from it: a backup must be moved into place, not copied over what is there.
 */
export async function fileIdentity(path: string): Promise<string> {
  const { ino, birthtimeNs, ctimeNs } = await stat(path, { bigint: true });
  // Where the time of birth is not known, Node has the time of the last change there, or nothing.
  return birthtimeNs === ctimeNs ? `${ino}` : `${ino}.${birthtimeNs}`;
}

function isSameLog(before: Life, { boot, file }: Circumstances): boolean {
  if (before.file !== file) return false;
  // With `flush`, what was not on the disk was not acknowledged, and not even read.
  return before.isOver || before.durability === 'flush' || (boot !== null && before.boot === boot);
}
