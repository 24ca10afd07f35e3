/**
 * What can be done to bytes without knowing what they mean.
 */
import type { Random } from '../../faults/random.ts';

/** Numbers at which implementations tend to change their mind. */
export const BOUNDARIES = [
  0n,
  1n,
  124n,
  125n,
  126n,
  127n,
  128n,
  255n,
  256n,
  65_535n,
  65_536n,
  65_537n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
] as [bigint, ...bigint[]];

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const MUTATIONS: [Mutation, ...Mutation[]] = [flipped, truncated, repeated, cutOut, filledIn, spliced];

/** The bytes, damaged in one to three ways. */
export function damaged(bytes: Buffer, random: Random): Buffer {
  let result = bytes;
  for (let i = random.between(1, 3); i > 0; i -= 1) result = random.pick(MUTATIONS)(result, random);
  return result;
}

/** Bytes at random. */
export function noise(length: number, random: Random): Buffer {
  return Buffer.from(Array.from({ length }, () => random.between(0, 255)));
}

/** Cut into pieces at random places. */
export function inPieces(bytes: Buffer, random: Random): Buffer[] {
  const places = Array.from({ length: random.between(1, 6) }, () => random.between(0, bytes.length));
  const ends = [...places.toSorted((one, other) => one - other), bytes.length];
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end)).filter(({ length }) => length > 0);
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = random.between(1, 4); i > 0; i -= 1) {
    const at = random.between(0, Math.max(0, copy.length - 1));
    copy[at] = (copy[at] ?? 0) ^ (1 << random.between(0, 7));
  }
  return copy;
}

function truncated(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.between(0, bytes.length));
}

function repeated(bytes: Buffer, random: Random): Buffer {
  const [from, to] = range(bytes, random);
  const times = random.between(1, 4);
  return Buffer.concat([
    bytes.subarray(0, to),
    ...Array.from({ length: times }, () => bytes.subarray(from, to)),
    bytes.subarray(to),
  ]);
}

function cutOut(bytes: Buffer, random: Random): Buffer {
  const [from, to] = range(bytes, random);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
}

function filledIn(bytes: Buffer, random: Random): Buffer {
  const at = random.between(0, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), noise(random.between(1, 16), random), bytes.subarray(at)]);
}

/** A piece of it in another place. */
function spliced(bytes: Buffer, random: Random): Buffer {
  const [from, to] = range(bytes, random);
  const at = random.between(0, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at)]);
}

function range(bytes: Buffer, random: Random): [number, number] {
  const from = random.between(0, bytes.length);
  return [from, Math.min(bytes.length, from + random.between(1, 64))];
}
