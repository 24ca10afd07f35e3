/**
 * Messages as bytes, encoded once however many hear them: for each frame format that somebody listens in, and each way of
 * compressing that somebody agreed to.
 */
import type { Entry } from '../engine/channel-log.ts';
import type { Listener } from '../gateway/listener.ts';
import type { Frame, FrameFormat } from '../gateway/messages/frame.ts';
import { deflate } from '../gateway/wire/deflate.ts';
import { bytesOf } from '../gateway/wire/frame-bytes.ts';

/** The entries of a channel in one epoch as frames of one format, in their order. */
export function framesOf(entries: readonly Entry[], epoch: string, format: FrameFormat): Frame[] {
  const frames: Frame[] = [];
  for (const { offset, json } of entries) {
    const frame = format.encodeJson('message', json, { epoch, offset });
    if (frame) frames.push(frame);
  }
  return frames;
}

/**
 * The same frames for many connections.
 *
 * @param encode asked once for each format
 * @returns what to give to a connection; empty when its format has no way to say it
 */
export function shared(encode: (format: FrameFormat) => readonly Frame[]): (connection: Listener) => Buffer {
  const made = new Map<FrameFormat, Map<number | undefined, Buffer>>();
  return ({ format, deflateWindow }) => {
    const known = made.get(format)?.get(deflateWindow);
    if (known) return known;
    const frames = encode(format);
    const toBytes = format.toBytes ?? bytesOf;
    const bytes = toBytes(deflateWindow === undefined ? frames : deflate(frames, deflateWindow));
    const ofFormat = made.get(format) ?? new Map<number | undefined, Buffer>();
    made.set(format, ofFormat.set(deflateWindow, bytes));
    return bytes;
  };
}
