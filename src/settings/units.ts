/**
 * Sizes and times as people write them: `64KiB`, `25s`.
 * Relies on nothing; the settings, their messages and their docs all read and write through here.
 * What a formatter writes, its parser reads back to the same number.
 */

/** Bytes in one KiB. */
export const KIB = 1024;
/** Bytes in one MiB. */
export const MIB = 1024 * KIB;
/** Milliseconds in one second. */
export const SECOND = 1000;
/** Milliseconds in one minute. */
export const MINUTE = 60 * SECOND;
/** Milliseconds in one hour. */
export const HOUR = 60 * MINUTE;
/** Milliseconds in one day. */
export const DAY = 24 * HOUR;

type Units = readonly (readonly [unit: string, factor: number])[];

// The largest unit comes first: a formatter takes the first one that divides.
const SIZES: Units = [
  ['GiB', 1024 * MIB],
  ['MiB', MIB],
  ['KiB', KIB],
  ['B', 1],
];
const TIMES: Units = [
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
  ['ms', 1],
];

/** A size or a time that is not written as it should be. Its message quotes what was written and says what is allowed. */
export class UnitsError extends Error {
  override readonly name = 'UnitsError';
}

/**
 * Reads a size: a whole number and one of `B`, `KiB`, `MiB`, `GiB`, without a space between; a plain number is bytes.
 *
 * @returns bytes, from 0 to Number.MAX_SAFE_INTEGER
 * @throws UnitsError for anything else; also for `KB` and `MB`, which people use for two different numbers
 */
export function parseSize(written: string): number {
  const bytes = parse(written, SIZES, 'B');
  if (bytes === undefined) {
    throw new UnitsError(
      `"${written}" is not a size: write a whole number with its unit (B, KiB, MiB or GiB), such as 64KiB.`,
    );
  }
  return bytes;
}

/**
 * Reads a time: a whole number and one of `ms`, `s`, `m`, `h`, `d`, without a space between; `0` needs no unit.
 *
 * @returns milliseconds, from 0 to Number.MAX_SAFE_INTEGER
 * @throws UnitsError for anything else; also for a plain number, which some would read as seconds
 */
export function parseDuration(written: string): number {
  const milliseconds = written === '0' ? 0 : parse(written, TIMES);
  if (milliseconds === undefined) {
    throw new UnitsError(
      `"${written}" is not a time: write a whole number with its unit (ms, s, m, h or d), such as 25s.`,
    );
  }
  return milliseconds;
}

/**
 * Writes a size in the largest unit that needs no fraction: 65536 is `64KiB`, 65537 is `65537B`.
 *
 * @param bytes a whole number from 0 to Number.MAX_SAFE_INTEGER
 */
export function formatSize(bytes: number): string {
  return format(bytes, SIZES);
}

/**
 * Writes a time in the largest unit that needs no fraction: 90000 is `90s`, 120000 is `2m`.
 *
 * @param milliseconds a whole number from 0 to Number.MAX_SAFE_INTEGER
 */
export function formatDuration(milliseconds: number): string {
  return format(milliseconds, TIMES);
}

function parse(written: string, units: Units, unitOfPlainNumber?: string): number | undefined {
  const [, digits, unit = unitOfPlainNumber] = /^(\d+)([A-Za-z]+)?$/.exec(written) ?? [];
  const factor = units.find(([name]) => name === unit)?.[1];
  if (digits === undefined || factor === undefined) return undefined;
  const value = Number(digits) * factor;
  return Number.isSafeInteger(value) ? value : undefined;
}

function format(value: number, units: Units): string {
  // Zero is divided by every unit; it reads best in the smallest.
  const fit = value === 0 ? units.at(-1) : units.find(([, factor]) => value % factor === 0);
  if (fit === undefined) throw new RangeError(`${value} is not a whole number.`);
  const [unit, factor] = fit;
  return `${value / factor}${unit}`;
}
