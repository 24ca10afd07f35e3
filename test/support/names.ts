/** A name server on loopback, as Docker has one for its containers: every name leads to the same addresses, which may change. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

const HEADER = 12;
const RESPONSE = 0x8180;

/** Answers for IPv4 addresses, and nothing else. */
export class Names {
  private constructor(
    private readonly socket: Socket,
    /** Where the names lead to. */
    public addresses: readonly string[],
  ) {
    socket.on('message', (query, { port, address }) => this.socket.send(this.answerTo(query), port, address));
  }

  static async start(addresses: readonly string[]): Promise<Names> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Names(socket, addresses);
  }

  get port(): number {
    return this.socket.address().port;
  }

  close(): void {
    this.socket.close();
  }

  /** RFC 1035, section 4.1: the header, the question as it came, and for each address "the name that was asked for, A, IN, 0 s". */
  private answerTo(query: Buffer): Buffer {
    const header = Buffer.alloc(HEADER);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(RESPONSE, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(this.addresses.length, 6);
    // The name ends with an empty label; type and class follow.
    const question = query.subarray(HEADER, query.indexOf(0, HEADER) + 5);
    const answers = this.addresses.map((address) =>
      Buffer.from([0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
    );
    return Buffer.concat([header, question, ...answers]);
  }
}
