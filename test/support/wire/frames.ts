/**
 * Frames by hand (RFC 6455 section 5.2), in both directions: as a client writes them, also where no library would, and as the
 * server's are read. Relies on nothing of a library, so that it can tell where one is wrong.
 */

/** Opcodes (section 11.8). */
export const CONTINUATION = 0x0;
export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

/** A frame from the server, as it came. */
export interface RawFrame {
  /** 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  readonly fin: boolean;
  /** The bit that says "compressed". */
  readonly rsv1: boolean;
  /** All three reserved bits: 4 is `rsv1`, 2 and 1 mean nothing to anybody. */
  readonly rsv: number;
  /** Servers must not mask (section 5.1). */
  readonly masked: boolean;
  /** Bytes before the payload. */
  readonly headerLength: number;
  readonly payload: Buffer;
}

/** A frame to the server. What is left out is as it should be. */
export interface FrameToSend {
  readonly opcode: number;
  readonly payload?: Buffer | string;
  readonly fin?: boolean;
  /** Reserved bits, 0..7: 4 is RSV1. */
  readonly rsv?: number;
  /** Four bytes, or false for a frame that is not masked. All zeros, which leave the payload as it is, when left out. */
  readonly mask?: Buffer | false;
  /** Bytes that the length takes behind the second one: 0, 2 or 8; as few as will do when left out. */
  readonly lengthBytes?: 0 | 2 | 8;
  /** The length that the frame says it has; the payload's own when left out. */
  readonly length?: number | bigint;
}

const ZERO_MASK = Buffer.alloc(4);

/** The bytes of a frame. */
export function frameBytes({ opcode, fin = true, rsv = 0, mask = ZERO_MASK, ...rest }: FrameToSend): Buffer {
  const payload = Buffer.from(rest.payload ?? '');
  const length = BigInt(rest.length ?? payload.length);
  const { lengthBytes = shortest(length) } = rest;
  const header = Buffer.alloc(2 + lengthBytes);
  header[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  header[1] = (mask ? 0x80 : 0) | (lengthBytes === 0 ? Number(length) : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) header.writeUInt16BE(Number(length), 2);
  if (lengthBytes === 8) header.writeBigUInt64BE(length, 2);
  return mask ? Buffer.concat([header, mask, masked(payload, mask)]) : Buffer.concat([header, payload]);
}

/** A close frame. */
export function closeBytes(code: number, reason: Buffer | string = ''): Buffer {
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
  return frameBytes({ opcode: CLOSE, payload });
}

/** A message in one frame for each of its pieces. */
export function messageBytes(pieces: readonly (Buffer | string)[], opcode = TEXT): Buffer[] {
  const last = pieces.length - 1;
  return pieces.map((payload, i) => frameBytes({ opcode: i === 0 ? opcode : CONTINUATION, fin: i === last, payload }));
}

function shortest(length: bigint): 0 | 2 | 8 {
  if (length < 126n) return 0;
  return length < 65_536n ? 2 : 8;
}

function masked(payload: Buffer, mask: Buffer): Buffer {
  return payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) as Buffer;
}

/** Takes a stream of bytes apart into frames, wherever it is cut. */
export class FrameReader {
  private received: Buffer = Buffer.alloc(0);

  /** Bytes that are no whole frame yet. */
  get rest(): Buffer {
    return this.received;
  }

  /** The frames that end in this chunk. */
  take(chunk: Buffer): RawFrame[] {
    this.received = Buffer.concat([this.received, chunk]);
    const frames: RawFrame[] = [];
    for (let frame = this.shift(); frame; frame = this.shift()) frames.push(frame);
    return frames;
  }

  private shift(): RawFrame | undefined {
    const [first = 0, second = 0] = this.received;
    const isMasked = (second & 0x80) !== 0;
    const short = second & 0x7f;
    const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
    const start = 2 + lengthBytes + (isMasked ? 4 : 0);
    if (this.received.length < start) return undefined;
    const length = lengthBytes === 0 ? short : Number(BigInt(`0x${this.received.toString('hex', 2, 2 + lengthBytes)}`));
    if (this.received.length < start + length) return undefined;
    const payload = this.received.subarray(start, start + length);
    this.received = this.received.subarray(start + length);
    const rsv = (first >> 4) & 7;
    const fin = (first & 0x80) !== 0;
    return { opcode: first & 0x0f, fin, rsv1: rsv >= 4, rsv, masked: isMasked, headerLength: start, payload };
  }
}
