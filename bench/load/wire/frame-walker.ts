/**
 * Walks the WebSocket frames (RFC 6455 section 5.2) in chunks as a socket gave them, at the cost of a few additions a frame.
 * Relies on a server's frames being unmasked and unfragmented, as those of all contenders are, and says so when they are not.
 * A frame is reported once, whole and in one piece, wherever the chunks were cut; only a frame that was cut is copied.
 */

/** Told of each frame. What it is given is only valid during the call. */
export type OnFrame = (frame: Frame, bytes: Buffer, start: number, end: number) => void;

/** The first byte of a frame, taken apart. */
export interface Frame {
  /** 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  /** Whether its payload is deflated (permessage-deflate). */
  readonly compressed: boolean;
}

const FIN = 0x80;
const RSV1 = 0x40;
const MASKED = 0x80;

const LENGTH = 0x7f;

/** The payload length that says that the real one follows in 2 bytes; the one above it says in 8. */
const IN_TWO_BYTES = 126;
const UNKNOWN = -1;

const FRAMES: readonly Frame[] = Array.from({ length: 256 }, (_none, first) => ({
  opcode: first & 0x0f,
  compressed: (first & RSV1) !== 0,
}));

/** One direction of one connection. */
export class FrameWalker {
  /** The beginning of a frame that the last chunk did not finish. */
  private begun = Buffer.alloc(0);
  private held = 0;

  constructor(private readonly onFrame: OnFrame) {}

  /** Takes the bytes of a chunk from `from` to `to`. The chunk may be overwritten afterwards. */
  push(chunk: Buffer, from = 0, to = chunk.length): void {
    let at = this.held > 0 ? this.finish(chunk, from, to) : from;
    while (at < to) {
      const end = endOf(chunk, at, to);
      if (end === UNKNOWN || end > to) break;
      this.report(chunk, at, end);
      at = end;
    }
    if (at < to) this.hold(chunk, at, to);
  }

  /** Adds to the frame that was begun until it is whole or the chunk is used up. Returns where the rest of the chunk begins. */
  private finish(chunk: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to) {
      const end = endOf(this.begun, 0, this.held);
      // Byte by byte through a head: how long it is shows only on the way.
      const missing = end === UNKNOWN ? 1 : end - this.held;
      const next = Math.min(at + missing, to);
      this.hold(chunk, at, next);
      at = next;
      if (endOf(this.begun, 0, this.held) === this.held) {
        const size = this.held;
        this.held = 0;
        this.report(this.begun, 0, size);
        return at;
      }
    }
    return at;
  }

  private hold(chunk: Buffer, from: number, to: number): void {
    const size = this.held + to - from;
    if (size > this.begun.length) {
      const larger = Buffer.allocUnsafe(Math.max(256, size * 2));
      this.begun.copy(larger, 0, 0, this.held);
      this.begun = larger;
    }
    chunk.copy(this.begun, this.held, from, to);
    this.held = size;
  }

  private report(bytes: Buffer, at: number, end: number): void {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    if ((first & FIN) === 0) throw new Error('The server cut a message into fragments, which cannot be counted here.');
    if ((second & MASKED) !== 0) throw new Error('The server masked a frame, which RFC 6455 forbids.');
    this.onFrame(FRAMES[first] as Frame, bytes, at + headOf(second), end);
  }
}

/** Bytes of a head whose second byte is this. */
function headOf(second: number): number {
  const short = second & LENGTH;
  return short < IN_TWO_BYTES ? 2 : short === IN_TWO_BYTES ? 4 : 10;
}

/** Where the frame at `at` ends, which may be beyond `to`; UNKNOWN when not even its head is whole. */
function endOf(bytes: Buffer, at: number, to: number): number {
  const available = to - at;
  if (available < 2) return UNKNOWN;
  const short = (bytes[at + 1] ?? 0) & LENGTH;
  if (short < IN_TWO_BYTES) return at + 2 + short;
  if (short === IN_TWO_BYTES) return available < 4 ? UNKNOWN : at + 4 + bytes.readUInt16BE(at + 2);
  return available < 10 ? UNKNOWN : at + 10 + Number(bytes.readBigUInt64BE(at + 2));
}
