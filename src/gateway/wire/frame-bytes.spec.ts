/** Frames as bytes, read back by the receiver of ws, as a client has it. */
import type { Writable } from 'node:stream';
import * as fc from 'fast-check';
import * as ws from 'ws';
import type { Frame } from '../messages/frame.ts';
import { bytesOf, frameLength, framesIn } from './frame-bytes.ts';

/** ws exports it, its types don't. */
const { Receiver } = ws as unknown as { Receiver: new (options: { allowSynchronousEvents: boolean }) => Writable };

/** What a client makes of bytes, however they are cut on their way. Payloads are compared as strings, byte by byte. */
function read(bytes: Buffer, cut = bytes.length): Frame[] {
  const receiver = new Receiver({ allowSynchronousEvents: true });
  const frames: Frame[] = [];
  receiver.on('message', (payload: Buffer, binary: boolean) => frames.push(asRead({ payload, binary })));
  receiver.write(bytes.subarray(0, cut));
  receiver.write(bytes.subarray(cut));
  return frames;
}

const asRead = ({ payload, binary }: Frame): Frame => ({ payload: Buffer.from(payload).toString('latin1'), binary });

/** Where the length moves to another place, and around it. */
const length = fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(0, 1, 125, 126, 127, 65_534, 65_535, 65_536, 65_537));
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.tuple(fc.constantFrom('a', 'é', '钟', '🔔'), length).map(([unit, count]) => unit.repeat(count)),
);
const binary = fc.tuple(length, fc.nat({ max: 255 })).map(([size, fill]) => Buffer.alloc(size, fill));
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ payload: text, binary: fc.boolean() }),
  fc.record({ payload: binary.map((bytes) => Buffer.from(bytes.toString('hex'))), binary: fc.boolean() }),
  fc.record({ payload: binary, binary: fc.constant(true) }),
);

describe('the bytes of frames', () => {
  it('are read back as they were, however many lie in one buffer and wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), fc.nat(), (frames, at) => {
        const bytes = bytesOf(frames);
        expect(read(bytes, at % (bytes.length + 1))).toEqual(frames.map(asRead));
      }),
      { numRuns: 200 },
    );
  });

  it.each([0, 125, 126, 65_535, 65_536])('have a header as short as it can be for %i bytes', (size) => {
    const bytes = bytesOf([{ payload: Buffer.alloc(size, 'x'), binary: true }]);
    expect(bytes.length - size).toBe(size < 126 ? 2 : size < 65_536 ? 4 : 10);
    expect(read(bytes)).toEqual([{ payload: 'x'.repeat(size), binary: true }]);
  });

  it('are as many as frameLength says, which counts bytes and not characters', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), (frames) => {
        expect(bytesOf(frames)).toHaveLength(frames.reduce((sum, each) => sum + frameLength(each), 0));
      }),
    );
  });

  it('can be taken apart again', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(frame, fc.boolean()), { maxLength: 5 }), (marked) => {
        const frames = marked.map(([each, compressed]) => (compressed ? { ...each, compressed } : each));
        const apart = framesIn(bytesOf(frames));
        expect(apart.map(asRead)).toEqual(frames.map(asRead));
        expect(apart.map((each) => each.compressed)).toEqual(frames.map((each) => each.compressed));
      }),
    );
  });

  it('say by RSV1 that a payload is compressed, and differ in nothing else', () => {
    fc.assert(
      fc.property(frame, (plain) => {
        const [bytes, compressed] = [bytesOf([plain]), bytesOf([{ ...plain, compressed: true }])];
        expect(compressed[0]).toBe((bytes[0] ?? 0) | 0x40);
        expect(compressed.subarray(1).equals(bytes.subarray(1))).toBe(true);
      }),
    );
  });
});
