/**
 * Cuts one direction of a WebSocket connection into its upgrade head and its frames (RFC 6455 section 5.2), just far enough to
 * drop one frame or to break off in the middle of one. It reads no compressed frames; Belfry's server agrees to none.
 */

/** A frame as it stood on the wire. */
export interface WireFrame {
  readonly opcode: number;
  /** What it carries, unmasked. */
  text(): string;
}

/** Bytes that belong together. Without a frame they are the head of the upgrade. */
export interface Piece {
  readonly bytes: Buffer;
  readonly frame?: WireFrame;
}

const HEAD_END = '\r\n\r\n';
const MASK_LENGTH = 4;
const COMPRESSED = 0x40;

/** Where the parts of a frame are. */
interface Layout {
  readonly mask: number | undefined;
  readonly payload: number;
  readonly end: number;
}

/** Takes chunks of any size and gives whole pieces. */
export class FrameSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private upgraded = false;

  /** Takes in a chunk and returns what it completes. */
  push(chunk: Buffer): Piece[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const pieces: Piece[] = [];
    for (let piece = this.take(); piece; piece = this.take()) pieces.push(piece);
    return pieces;
  }

  /** What has begun and is not whole yet. */
  get begun(): Buffer {
    return this.rest;
  }

  private take(): Piece | undefined {
    if (!this.upgraded) {
      const end = this.rest.indexOf(HEAD_END);
      if (end === -1) return undefined;
      this.upgraded = true;
      return { bytes: this.cut(end + HEAD_END.length) };
    }
    const layout = layoutOf(this.rest);
    if (!layout || this.rest.length < layout.end) return undefined;
    const bytes = this.cut(layout.end);
    return { bytes, frame: { opcode: (bytes[0] ?? 0) & 0x0f, text: () => textOf(bytes, layout) } };
  }

  private cut(length: number): Buffer {
    const piece = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return piece;
  }
}

function layoutOf(bytes: Buffer): Layout | undefined {
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const lengthEnd = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < lengthEnd) return undefined;
  if (first & COMPRESSED) throw new Error('The proxy cannot read compressed frames.');
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const masked = (second & 0x80) !== 0;
  const payload = lengthEnd + (masked ? MASK_LENGTH : 0);
  return { mask: masked ? lengthEnd : undefined, payload, end: payload + length };
}

function textOf(bytes: Buffer, { mask, payload }: Layout): string {
  if (mask === undefined) return bytes.toString('utf8', payload);
  const plain = Buffer.from(bytes.subarray(payload));
  for (const [i, byte] of plain.entries()) plain[i] = byte ^ (bytes[mask + (i % MASK_LENGTH)] ?? 0);
  return plain.toString();
}
