/**
 * Frames as bytes (RFC 6455 section 5.2): a header, and the payload unmasked, as servers send it.
 * Relies on nothing but the frames. Whatever is written together is laid into one buffer, which many sockets may share.
 */
import type { Frame } from '../messages/frame.ts';

const FIN = 0x80;
/** "Compressed", as permessage-deflate uses the first reserved bit (RFC 7692 section 6). */
const RSV1 = 0x40;
const TEXT = 0x1;
const BINARY = 0x2;

/** The largest payload whose length stands in the second byte; longer ones have it in 2 or 8 bytes behind. */
const SHORT = 125;
const MEDIUM = 0xff_ff;

/** The bytes of frames, one behind the other. */
export function bytesOf(frames: readonly Frame[]): Buffer {
  let total = 0;
  for (const frame of frames) total += frameLength(frame);
  const bytes = Buffer.allocUnsafe(total);
  let offset = 0;
  for (const frame of frames) offset = writeFrame(bytes, offset, frame);
  return bytes;
}

/** The frames that such bytes hold. Their payloads are pieces of the bytes, and not copied. */
export function framesIn(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const head = bytes[offset] ?? 0;
    const [start, length] = payloadAt(bytes, offset);
    offset = start + length;
    const frame = { payload: bytes.subarray(start, offset), binary: (head & BINARY) !== 0 };
    frames.push(head & RSV1 ? { ...frame, compressed: true } : frame);
  }
  return frames;
}

/** Bytes of one frame, its header included. */
export function frameLength({ payload }: Frame): number {
  const length = Buffer.byteLength(payload);
  return headerLength(length) + length;
}

function headerLength(payloadLength: number): number {
  if (payloadLength <= SHORT) return 2;
  return payloadLength <= MEDIUM ? 4 : 10;
}

/** Where the payload of the frame at `offset` starts, and its length. */
function payloadAt(bytes: Buffer, offset: number): [number, number] {
  const short = bytes[offset + 1] ?? 0;
  if (short <= SHORT) return [offset + 2, short];
  if (short === 126) return [offset + 4, bytes.readUInt16BE(offset + 2)];
  return [offset + 10, Number(bytes.readBigUInt64BE(offset + 2))];
}

function writeFrame(bytes: Buffer, start: number, { payload, binary, compressed = false }: Frame): number {
  const length = Buffer.byteLength(payload);
  const offset = start + headerLength(length);
  bytes[start] = FIN | (compressed ? RSV1 : 0) | (binary ? BINARY : TEXT);
  if (length <= SHORT) bytes[start + 1] = length;
  else if (length <= MEDIUM) {
    bytes[start + 1] = 126;
    bytes.writeUInt16BE(length, start + 2);
  } else {
    bytes[start + 1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), start + 2);
  }
  if (typeof payload === 'string') bytes.write(payload, offset);
  else payload.copy(bytes, offset);
  return offset + length;
}
