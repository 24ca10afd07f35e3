/** What is compressed for many, inflated again by a client that looks back no further than its window. */
import { createHash } from 'node:crypto';
import { constants, inflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { Frame } from '../messages/frame.ts';
import { deflate, inflatedAgain } from './deflate.ts';

/** What the sender of a frame leaves out (RFC 7692 section 7.2.2). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** As a client does it that has kept nothing of the frames before. */
function inflate({ payload, compressed }: Frame, windowBits: number): Buffer {
  const bytes = Buffer.from(payload);
  return compressed
    ? inflateRawSync(Buffer.concat([bytes, TAIL]), { windowBits, finishFlush: constants.Z_SYNC_FLUSH })
    : bytes;
}

/** Bytes that nothing can be made of, in any number and the same for the same seed. */
const noise = ({ seed, length }: { seed: number; length: number }): Buffer =>
  createHash('shake256', { outputLength: length }).update(String(seed)).digest();

const seeded = (max: number): fc.Arbitrary<Buffer> =>
  fc.record({ seed: fc.nat(), length: fc.integer({ min: 1, max }) }).map(noise);

/** From one word over and over to noise, and noise that comes again further back than a small window reaches. */
const payload: fc.Arbitrary<string | Buffer> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 500, size: 'max' }),
  fc.tuple(fc.constantFrom('a', 'the bells ', '钟', '🔔 '), fc.nat({ max: 5000 })).map(([unit, n]) => unit.repeat(n)),
  seeded(40_000),
  seeded(30_000).map((bytes) => bytes.toString('base64')),
  seeded(5000).map((bytes) => Buffer.concat([bytes, bytes, bytes])),
);
const window = fc.integer({ min: 9, max: 15 });
const frameOf = (each: string | Buffer): Frame => ({ payload: each, binary: false });

describe('compressing for many', () => {
  it('is undone by every client, within its own window and without what came before', () => {
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 4 }), window, (payloads, bits) => {
        const inflated = deflate(payloads.map(frameOf), bits).map((frame) => inflate(frame, bits));
        expect(inflated.map((bytes, i) => bytes.equals(Buffer.from(payloads[i] ?? '')))).toEqual(
          payloads.map(() => true),
        );
      }),
    );
  });

  it('makes nothing longer, and leaves what is short or cannot shrink as it is', () => {
    fc.assert(
      fc.property(payload, window, (each, bits) => {
        const [{ payload: sent, compressed = false } = frameOf('')] = deflate([frameOf(each)], bits);
        const length = Buffer.byteLength(each);
        expect(sent === each).toBe(!compressed);
        expect(sent.length < length || !compressed).toBe(true);
        expect(length >= 256 || !compressed).toBe(true);
      }),
    );
  });

  it('stops after a MiB of one batch, and leaves the rest plain', () => {
    const half = frameOf('x'.repeat(512 * 1024));
    const frames = deflate([half, half, half, frameOf('y'.repeat(1000))], 15);
    expect(frames.map(({ compressed = false }) => compressed)).toEqual([true, true, false, false]);
  });
});

it('can be taken back, for a line on which ws has to write the frame itself', () => {
  const frame = { payload: 'the bells ring at noon, '.repeat(100), binary: false };
  const [deflated] = deflate([frame], 15);
  expect(deflated?.compressed).toBe(true);
  expect(inflatedAgain(deflated?.payload as Buffer).toString()).toBe(frame.payload);
});
