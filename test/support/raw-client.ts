/**
 * A client that speaks WebSocket by hand (RFC 6455 section 5.2), for what a library hides: the answer to the handshake, and how
 * each frame looks on the line. It answers no pings, and a close by hanging up.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** A frame from the server, as it came. */
export interface RawFrame {
  /** 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  readonly fin: boolean;
  /** The bit that says "compressed". */
  readonly rsv1: boolean;
  readonly payload: Buffer;
}

/** One connection. */
export class RawClient {
  private received = Buffer.alloc(0);
  private readonly frames: RawFrame[] = [];
  private more: () => void = () => undefined;

  private constructor(
    private readonly line: Duplex,
    /** The lines of the answer to the handshake. */
    readonly answer: readonly string[],
  ) {}

  /** Connects to a path, with more headers than a handshake needs. */
  static async open(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    const all = {
      Host: 'localhost',
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    let bytes = Buffer.alloc(0);
    while (!bytes.includes('\r\n\r\n')) bytes = Buffer.concat([bytes, ...((await once(socket, 'data')) as Buffer[])]);
    const end = bytes.indexOf('\r\n\r\n');
    const client = new RawClient(socket, bytes.subarray(0, end).toString().split('\r\n'));
    client.take(bytes.subarray(end + 4));
    socket.on('data', (chunk: Buffer) => client.take(chunk));
    socket.on('error', () => undefined);
    return client;
  }

  /** A header of the answer, undefined when it has none. */
  header(name: string): string | undefined {
    const found = this.answer.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    return found?.slice(name.length + 1).trim();
  }

  /** The next frame. */
  async frame(): Promise<RawFrame> {
    for (;;) {
      const frame = this.frames.shift();
      if (frame) return frame;
      await new Promise<void>((resolve) => (this.more = resolve));
    }
  }

  /** Sends a request as a text frame. */
  send(request: object): void {
    this.sendFrame(Buffer.from(JSON.stringify(request)));
  }

  /** Sends a text frame. Its mask is all zeros, which leaves the payload as it is. */
  sendFrame(payload: Buffer, { rsv1 = false } = {}): void {
    const header = Buffer.alloc(payload.length < 126 ? 2 : 4);
    header[0] = 0x81 | (rsv1 ? 0x40 : 0);
    header[1] = 0x80 | Math.min(payload.length, 126);
    if (payload.length >= 126) header.writeUInt16BE(payload.length, 2);
    this.line.write(Buffer.concat([header, Buffer.alloc(4), payload]));
  }

  private take(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (let frame = this.shift(); frame; frame = this.shift()) {
      this.frames.push(frame);
      if (frame.opcode === 8) this.line.end();
    }
    this.more();
  }

  private shift(): RawFrame | undefined {
    const [first = 0, short = 0] = this.received;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.received.length < start) return undefined;
    const length = start === 2 ? short : this.received.readUIntBE(start === 4 ? 2 : 4, start === 4 ? 2 : 6);
    if (this.received.length < start + length) return undefined;
    const payload = this.received.subarray(start, start + length);
    this.received = this.received.subarray(start + length);
    return { opcode: first & 0x0f, fin: (first & 0x80) !== 0, rsv1: (first & 0x40) !== 0, payload };
  }
}
