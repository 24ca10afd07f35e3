/**
 * Compressing for many: a payload is deflated once, without the context of what came before, so that every client that
 * agreed to `server_no_context_takeover` can be given the same bytes (RFC 7692 section 7.1.1.1).
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Frame } from '../messages/frame.ts';

/** Bytes below which a payload stays plain: without context so little shrinks by less than it costs. */
const WORTHWHILE = 256;

/** Bytes that are compressed at a time; what goes beyond stays plain rather than to hold up the event loop. */
const MOST = 1024 * 1024;

/** What a deflate block ends with when it is flushed, and what is left out of the frame (RFC 7692 section 7.2.1). */
const TAIL = Buffer.from([0, 0, 0xff, 0xff]);

/** Of zlib's nine levels the one behind which time grows much faster than what is saved. */
const LEVEL = 3;

/** zlib takes no smaller window. */
const SMALLEST_WINDOW = 9;

/**
 * The frames that gain from it compressed, the others as they are.
 *
 * @param window bits of the largest window that the clients look back through, 9..15
 */
export function deflate(frames: readonly Frame[], window: number): Frame[] {
  let left = MOST;
  return frames.map((frame) => {
    const length = Buffer.byteLength(frame.payload);
    if (length < WORTHWHILE || length > left) return frame;
    left -= length;
    // A window beyond the payload is memory that zlib clears for nothing.
    const windowBits = Math.min(window, Math.max(SMALLEST_WINDOW, Math.ceil(Math.log2(length))));
    const flushed = deflateRawSync(frame.payload, { level: LEVEL, windowBits, finishFlush: constants.Z_SYNC_FLUSH });
    if (flushed.length - TAIL.length >= length) return frame;
    return { ...frame, payload: flushed.subarray(0, -TAIL.length), compressed: true };
  });
}

/** The payload that `deflate` made this one of. */
export function inflatedAgain(payload: Buffer): Buffer {
  return inflateRawSync(Buffer.concat([payload, TAIL]), { finishFlush: constants.Z_SYNC_FLUSH });
}
