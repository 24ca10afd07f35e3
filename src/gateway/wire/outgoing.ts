/**
 * What is on its way to one client: everything that is sent in one turn of the event loop leaves as one write.
 * Writes to the socket that the upgrade handed over, and never between the pieces of a message that ws has begun.
 * Relies on GatewaySocket, which says when ws is in the middle of one, and lets us write before ws does what comes next.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Frame } from '../messages/frame.ts';
import { bytesOf, frameLength, framesIn } from './frame-bytes.ts';
import type { GatewaySocket } from './gateway-socket.ts';

/** Everyone who has something to send in this turn: one tick for all of them, not one for each. */
let pending: Outgoing[] = [];

function flushPending(): void {
  const now = pending;
  pending = [];
  for (const outgoing of now) outgoing.flush();
}

/** The sending side of one connection. */
export class Outgoing {
  /** The first that waits, which is mostly the only one: frames of this client alone, or bytes that it shares with others. */
  private first: Frame | Buffer | undefined;
  /** Those behind it, in their order. */
  private rest: (Frame | Buffer)[] | undefined;
  private waitingBytes = 0;
  /** Resolves when there may be less unsent than there was; only while somebody waits for that. */
  private change: Promise<void> | undefined;
  private changed: (() => void) | undefined;

  /** @param line the socket that the upgrade handed over, under `socket` */
  constructor(
    private readonly socket: GatewaySocket,
    private readonly line: Duplex,
  ) {
    socket.outgoing = this;
  }

  /** Bytes that were sent and that the kernel has not taken yet. */
  get unsent(): number {
    return this.waitingBytes + (this.socket.writesAlone ? this.socket.bufferedAmount : this.line.writableLength);
  }

  /** Bytes that came over the line so far. Node counts them anyway; 0 on a line that is no socket of the network. */
  get bytesReceived(): number {
    return (this.line as Partial<Socket>).bytesRead ?? 0;
  }

  /** Bytes that were handed to the line so far. */
  get bytesSent(): number {
    return (this.line as Partial<Socket>).bytesWritten ?? 0;
  }

  /** Sends a frame of this client alone. */
  send(frame: Frame): void {
    this.push(frame, frameLength(frame));
  }

  /** Sends bytes that are whole frames already. They are shared, and never changed. */
  share(bytes: Buffer): void {
    this.push(bytes, bytes.length);
  }

  /** Hands what waits to the kernel, unless ws is in the middle of a message: then it leaves behind that. */
  flush(): void {
    const { first, rest } = this;
    if (first === undefined || this.socket.isMidMessage) return;
    this.first = this.rest = undefined;
    this.waitingBytes = 0;
    if (!this.socket.isOpen) return;
    if (this.socket.writesAlone) for (const frame of toFrames([first, ...(rest ?? [])])) this.socket.pass(frame);
    else if (rest === undefined) this.line.write(Buffer.isBuffer(first) ? first : bytesOf([first]));
    else this.writeTogether([first, ...rest]);
    this.changed?.();
  }

  /** Hears that ws has handed over a message: there may be less unsent than there was. */
  written(): void {
    this.changed?.();
  }

  /**
   * Resolves when no more than `limit` bytes are unsent, or when the client has gone. A limit below the buffer of Node's
   * socket (16 or 64 KiB) counts as that: only what goes beyond it is ever told of.
   */
  async drained(limit: number): Promise<void> {
    const least = Math.max(limit, this.line.writableHighWaterMark);
    while (this.unsent > least && this.socket.isOpen) await this.taken();
  }

  private push(item: Frame | Buffer, length: number): void {
    if (length === 0) return;
    this.waitingBytes += length;
    if (this.first !== undefined) {
      if (this.rest) this.rest.push(item);
      else this.rest = [item];
      return;
    }
    this.first = item;
    if (pending.length === 0) process.nextTick(flushPending);
    pending.push(this);
  }

  private writeTogether(items: readonly (Frame | Buffer)[]): void {
    this.line.cork();
    for (const chunk of toBuffers(items)) this.line.write(chunk);
    this.line.uncork();
  }

  private async taken(): Promise<void> {
    this.change ??= new Promise<void>((resolve) => {
      const changed = (): void => {
        this.line.off('drain', changed).off('close', changed);
        this.change = this.changed = undefined;
        resolve();
      };
      this.changed = changed;
      this.line.on('drain', changed).on('close', changed);
    });
    await this.change;
  }
}

/** Frames that follow each other become one buffer; what is shared is not copied. */
function toBuffers(items: readonly (Frame | Buffer)[]): Buffer[] {
  const chunks: Buffer[] = [];
  let frames: Frame[] = [];
  for (const item of items) {
    if (!Buffer.isBuffer(item)) frames.push(item);
    else {
      if (frames.length > 0) chunks.push(bytesOf(frames));
      frames = [];
      chunks.push(item);
    }
  }
  if (frames.length > 0) chunks.push(bytesOf(frames));
  return chunks;
}

function toFrames(items: readonly (Frame | Buffer)[]): Frame[] {
  return items.flatMap((item) => (Buffer.isBuffer(item) ? framesIn(item) : item));
}
