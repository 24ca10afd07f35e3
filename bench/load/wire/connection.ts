/**
 * One raw connection to a contender: its handshake, its greeting, and then nothing but frames that are counted where they lie.
 * Relies on the dialect to tell what a frame is. All plain sockets read into one buffer, since each is done with before the next.
 * It answers pings, and tells whoever opened it when the server complains or hangs up.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { clientFrame, Opcode } from './client-frames.ts';
import { ENGINE_IO_PONG, Kind } from './dialects.ts';
import type { Dialect } from './dialects.ts';
import { FrameWalker } from './frame-walker.ts';
import type { Frame } from './frame-walker.ts';
import { UpgradeAnswer, upgradeRequest } from './upgrade.ts';

const HOST = '127.0.0.1';

/** What one read may bring at most, in bytes. */
const READ_SIZE = 256 * 1024;
const shared = Buffer.allocUnsafe(READ_SIZE);

/** Where and how to connect. */
export interface Door {
  readonly port: number;
  readonly dialect: Dialect;
  readonly tls: boolean;
  /** Offers permessage-deflate, and insists on it. */
  readonly deflate: boolean;
}

/** What becomes of the frames. The bytes are only valid during the call. */
export interface Listener {
  /** Messages that everyone hears. A compressed one is not looked into. */
  message(connection: Connection, bytes: Buffer, start: number, compressed: boolean): void;
  /** The answer to a publication of this connection. */
  answer?(connection: Connection, bytes: Buffer, start: number, end: number): void;
  /** It is broken; nothing more will come. */
  failed(error: Error): void;
}

/** A connection. `ready` is asked for once. */
export class Connection {
  private readonly socket: Socket;
  private readonly walker = new FrameWalker((frame, bytes, start, end) => this.take(frame, bytes, start, end));
  private readonly handshake: UpgradeAnswer;
  private upgraded = false;
  private greetings = 0;
  private closing = false;
  private resolve: () => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  /** Resolves when it is upgraded and greeted. */
  readonly ready = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(
    private readonly door: Door,
    private readonly listener: Listener,
    /** Its number among the connections of a run. */
    readonly index: number,
  ) {
    const { port, tls, dialect, deflate } = door;
    this.handshake = new UpgradeAnswer(deflate);
    const read = (length: number, bytes: Buffer): boolean => this.read(bytes, length);
    this.socket = tls
      ? connectTls({ host: HOST, port, rejectUnauthorized: false }).on('data', (chunk: Buffer) =>
          read(chunk.length, chunk),
        )
      : connect({
          host: HOST,
          port,
          onread: { buffer: shared, callback: (length, bytes) => read(length, bytes as Buffer) },
        });
    this.socket.setNoDelay(true);
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('The server closed a connection.')));
    this.socket.write(upgradeRequest(port, dialect.path, deflate));
  }

  /** Sends a text of ASCII. */
  send(text: string): void {
    this.socket.write(clientFrame(text));
  }

  /** Sends everything that `work` sends in one write. */
  together(work: () => void): void {
    this.socket.cork();
    work();
    this.socket.uncork();
  }

  /** Reads nothing more from now on. */
  goDeaf(): void {
    this.socket.pause();
  }

  /** Cuts the line. */
  close(): void {
    this.closing = true;
    this.socket.destroy();
  }

  private read(bytes: Buffer, length: number): boolean {
    try {
      let from = 0;
      if (!this.upgraded) {
        const head = this.handshake.push(bytes, length);
        if (head === undefined) return true;
        this.upgraded = true;
        from = head;
      }
      this.socket.cork();
      this.walker.push(bytes, from, length);
      this.socket.uncork();
    } catch (error) {
      this.fail(error as Error);
    }
    return true;
  }

  private take(frame: Frame, bytes: Buffer, start: number, end: number): void {
    const { opcode, compressed } = frame;
    if (opcode === Opcode.ping) this.socket.write(clientFrame(Buffer.from(bytes.subarray(start, end)), Opcode.pong));
    else if (opcode === Opcode.close) throw new Error(`The server closed a connection: ${closeOf(bytes, start, end)}.`);
    else if (opcode !== Opcode.pong) this.takeData(compressed, bytes, start, end);
  }

  private takeData(compressed: boolean, bytes: Buffer, start: number, end: number): void {
    const { dialect } = this.door;
    if (this.greetings < dialect.replies.length) {
      this.greet();
      return;
    }
    const kind = compressed ? Kind.message : dialect.kindOf(bytes, start);
    switch (kind) {
      case Kind.message:
        this.listener.message(this, bytes, start, compressed);
        return;
      case Kind.answer:
        this.listener.answer?.(this, bytes, start, end);
        return;
      case Kind.ping:
        this.send(ENGINE_IO_PONG);
        return;
      case Kind.complaint:
        throw new Error(`The server complained: ${bytes.toString('utf8', start, Math.min(end, start + 200))}`);
      default:
        kind satisfies never;
    }
  }

  private greet(): void {
    const { replies } = this.door.dialect;
    const reply = replies[this.greetings];
    this.greetings += 1;
    if (reply !== undefined) this.send(reply);
    if (this.greetings === replies.length) this.resolve();
  }

  private fail(error: Error): void {
    if (this.closing) return;
    this.close();
    this.reject(error);
    this.listener.failed(error);
  }
}

function closeOf(bytes: Buffer, start: number, end: number): string {
  return end - start < 2 ? 'no code' : `${bytes.readUInt16BE(start)} ${bytes.toString('utf8', start + 2, end)}`;
}
