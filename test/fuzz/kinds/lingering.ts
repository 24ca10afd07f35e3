/**
 * Clients that take their time, all of it: requests that come byte by byte or never, bodies that are promised, frames without an
 * end, and readers that don't read. The server has to end what the client does not.
 */
import { frameBytes, TEXT } from '../../support/wire/frames.ts';
import { requestBytes } from '../../support/wire/http.ts';
import type { Random } from '../../faults/random.ts';
import type { Ending, Kind, Session } from '../session.ts';
import { opening } from './opening.ts';

/** Milliseconds between two bytes: never done before the server's patience is. */
const DRIP = 150;

/** A family of visits. */
export const LINGERING: Kind = {
  name: 'lingering',
  title: 'slow, half-closed and unread lines',
  share: 1,
  concurrency: 100,
  session(random) {
    const [writes, ending = 'stay'] = line(random);
    return { inputs: 1, writes, pause: DRIP, ending } satisfies Session;
  },
};

function line(random: Random): [Buffer[], Ending?] {
  const start = opening(random.pick(['/ws', '/']));
  switch (random.between(0, 10)) {
    case 0:
      return [byteByByte(start)];
    case 1:
      return [byteByByte(Buffer.from('GET /health HTTP/1.1\r\nHost: x\r\nX: '))];
    case 2:
      return [
        [
          Buffer.from('POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n'),
          ...byteByByte(Buffer.alloc(60, 'x')),
        ],
      ];
    case 3:
      return [[]];
    case 4:
      return [[start, ...byteByByte(frameBytes({ opcode: TEXT, payload: 'x'.repeat(100) }))]];
    case 5:
      return [[Buffer.concat([start, frameBytes({ opcode: TEXT, payload: '{', fin: false })])]];
    case 6:
      return [[start.subarray(0, random.between(0, start.length))], 'half-close'];
    case 7:
      return [[Buffer.concat([start, ...asks()])], 'unread'];
    case 8:
      return [[upgradeToOther('GET', '/ws', '')]];
    case 9:
      return [[upgradeToOther('POST', '/nothing', 'hello')]];
    default:
      // It never answers a ping, and so never gives a sign of life.
      return [[start]];
  }
}

function upgradeToOther(method: string, path: string, body: string): Buffer {
  const headers = { Host: 'x', Upgrade: 'h2c', Connection: 'Upgrade', 'Content-Length': String(body.length) };
  return Buffer.from(requestBytes(`${method} ${path} HTTP/1.1`, headers, body));
}

function byteByByte(bytes: Buffer): Buffer[] {
  return [...bytes].map((byte) => Buffer.from([byte]));
}

/** More answers than any buffer takes. */
function asks(): Buffer[] {
  const ask = frameBytes({ opcode: TEXT, payload: '{"event":"history","id":1,"data":{"channel":"news","limit":100}}' });
  return Array.from({ length: 200 }, () => ask);
}
