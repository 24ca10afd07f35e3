/**
 * A client that speaks WebSocket by hand (RFC 6455 section 5.2), for what a library hides: the answer to the handshake, and how
 * each frame looks on the line. It answers no pings, and a close by hanging up.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { CLOSE, FrameReader, frameBytes, TEXT } from './wire/frames.ts';
import type { RawFrame } from './wire/frames.ts';

/** What a handshake needs, but for the request line. */
export const HANDSHAKE: Readonly<Record<string, string>> = {
  Host: 'localhost',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** One connection. */
export class RawClient {
  private readonly reader = new FrameReader();
  private readonly frames: RawFrame[] = [];
  private more: () => void = () => undefined;
  private over = false;

  private constructor(
    /** For what no frame is. */
    readonly line: Socket,
    /** The lines of the answer to the handshake. */
    readonly answer: readonly string[],
  ) {}

  /**
   * Connects to a path, with more headers than a handshake needs.
   *
   * @param early bytes that follow the handshake at once, before it is answered
   * @throws Error when the line ends before the answer does
   */
  static async open(
    port: number,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    early: Buffer = Buffer.alloc(0),
  ): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    const lines = Object.entries({ ...HANDSHAKE, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(Buffer.concat([Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), early]));
    let bytes = Buffer.alloc(0);
    while (!bytes.includes('\r\n\r\n')) bytes = Buffer.concat([bytes, ...((await once(socket, 'data')) as Buffer[])]);
    const end = bytes.indexOf('\r\n\r\n');
    const client = new RawClient(socket, bytes.subarray(0, end).toString().split('\r\n'));
    client.take(bytes.subarray(end + 4));
    socket.on('data', (chunk: Buffer) => client.take(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      client.over = true;
      client.more();
    });
    return client;
  }

  /** A header of the answer, undefined when it has none. */
  header(name: string): string | undefined {
    const found = this.answer.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    return found?.slice(name.length + 1).trim();
  }

  /**
   * The next frame.
   *
   * @throws Error when the line has ended without one
   */
  async frame(): Promise<RawFrame> {
    for (;;) {
      const frame = this.frames.shift();
      if (frame) return frame;
      if (this.over) throw new Error('The line has ended, and there was no further frame.');
      await new Promise<void>((resolve) => (this.more = resolve));
    }
  }

  /** The code of the next close frame, undefined when it has none. Frames before it are dropped. */
  async closeCode(): Promise<number | undefined> {
    for (;;) {
      const { opcode, payload } = await this.frame();
      if (opcode === CLOSE) return payload.length < 2 ? undefined : payload.readUInt16BE(0);
    }
  }

  /** Resolves when the line has ended. */
  async ended(): Promise<void> {
    while (!this.over) await new Promise<void>((resolve) => (this.more = resolve));
  }

  /** Sends a request as a text frame. */
  send(request: object): void {
    this.sendFrame(Buffer.from(JSON.stringify(request)));
  }

  /** Sends a text frame. */
  sendFrame(payload: Buffer, { rsv1 = false } = {}): void {
    this.write(frameBytes({ opcode: TEXT, rsv: rsv1 ? 4 : 0, payload }));
  }

  /** Sends bytes as they are. */
  write(bytes: Buffer): void {
    this.line.write(bytes);
  }

  /** Says that nothing more will come, and still listens. */
  endWriting(): void {
    this.line.end();
  }

  private take(chunk: Buffer): void {
    for (const frame of this.reader.take(chunk)) {
      this.frames.push(frame);
      if (frame.opcode === CLOSE) this.line.end();
    }
    this.more();
  }
}
