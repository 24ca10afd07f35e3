/**
 * Handshakes that are not as they should be: every header and the request line, by the grammar and against it.
 */
import { HANDSHAKE } from '../../support/raw-client.ts';
import { requestBytes } from '../../support/wire/http.ts';
import type { Random } from '../../faults/random.ts';
import { damaged, inPieces, noise } from '../mutations/bytes.ts';
import type { Kind } from '../session.ts';
import { token } from './envelopes.ts';
import { someEnding } from './opening.ts';

type Choices = [string, ...string[]];

const METHODS: Choices = ['GET', 'GET', 'GET', 'POST', 'HEAD', 'OPTIONS', 'CONNECT', 'get', 'FOO'];
const VERSIONS: Choices = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/0.9',
  'HTTP/2.0',
  'HTTP/9.9',
  'http/1.1',
  '',
];
const TARGETS: Choices = [
  '/ws',
  '/',
  '/ws/',
  '/WS',
  '//ws',
  '/./ws',
  '/ws#x',
  '/%77s',
  '*',
  'localhost:80',
  'http://localhost/ws',
  'ws://localhost/ws',
  'http://[::1',
  '/nothing',
  '/ws?',
  '/\u0000',
  '/ws?name=%',
  '/ws?name=%00',
  '/ws?name=%0d%0aSet-Cookie:%20a=b',
  '/ws?name=%E2%80%AE',
  '/ws?client=x',
  `/ws?client=${'c'.repeat(129)}`,
  `/ws?name=${'n'.repeat(2000)}`,
  '/ws?name=a&name=b&name[]=c',
  '/ws?__proto__=x&constructor=y',
];
const NAMES: Choices = [
  ...(Object.keys(HANDSHAKE) as Choices),
  'Origin',
  'Authorization',
  'Cookie',
  'Sec-WebSocket-Protocol',
  'Sec-WebSocket-Extensions',
  'X-Forwarded-For',
  'Content-Length',
  'Transfer-Encoding',
  'Expect',
  '__proto__',
];
const VALUES: Choices = [
  '',
  ' ',
  ',',
  ',,',
  'x',
  'websocket',
  'WebSocket, h2c',
  'h2c',
  'close',
  'keep-alive',
  '13',
  '8',
  '013',
  '1e9',
  '-1',
  'null',
  'http://evil.example',
  'localhost:99999',
  '[::1]',
  '\u0001',
  'a\u0000b',
  'a\r\n b',
  'a\nX-Injected: 1',
  'a\r\nX-Injected: 1',
  'belfry.v1',
  'belfry.v1, belfry.v1',
  'a b',
  '()<>@',
  '100-continue',
  'chunked',
  '5',
  'permessage-deflate',
  'permessage-deflate; client_max_window_bits=99',
  'permessage-deflate; ; =',
  '"',
  '"\\',
  '127.0.0.1, ::1, unknown, "_x"',
  'x'.repeat(20_000),
  '\u00ff\u00fe',
];

/** A family of visits. */
export const HANDSHAKES: Kind = {
  name: 'handshakes',
  title: 'handshakes that break RFC 6455 and HTTP',
  share: 12,
  concurrency: 8,
  session(random) {
    const bytes = Buffer.from(handshake(random), 'latin1');
    const broken = random.chance(0.25) ? damaged(bytes, random) : bytes;
    return { inputs: 1, writes: random.chance(0.7) ? [broken] : inPieces(broken, random), ending: someEnding(random) };
  },
};

function handshake(random: Random): string {
  if (random.chance(0.02)) return notHttp(random);
  const headers = Object.entries(HANDSHAKE);
  for (let i = random.between(0, 2); i > 0; i -= 1) changed(headers, random);
  if (random.chance(0.2)) headers.push(['Authorization', `Bearer ${token(random)}`]);
  if (random.chance(0.2)) headers.push(['Sec-WebSocket-Protocol', `belfry.v1, bearer.${token(random)}`]);
  if (random.chance(0.02)) for (let i = 0; i < 1500; i += 1) headers.push([`X-${i}`, 'x']);
  const target = random.chance(0.5) ? '/ws' : random.chance(0.2) ? `/ws?token=${token(random)}` : random.pick(TARGETS);
  const start = random.chance(0.7)
    ? `GET ${target} HTTP/1.1`
    : `${random.pick(METHODS)} ${target} ${random.pick(VERSIONS)}`;
  return `${start}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

function changed(headers: [string, string][], random: Random): void {
  const at = random.between(0, headers.length - 1);
  const [name = '', value = ''] = headers[at] ?? [];
  switch (random.between(0, 5)) {
    case 0:
      headers.splice(at, 1);
      break;
    case 1:
      headers.push([name, value]);
      break;
    case 2:
      headers.push([random.pick(NAMES), random.pick(VALUES)]);
      break;
    case 3:
      headers.splice(at, 1, [random.pick(['x y', '', 'x:', '\u00e4', name.toLowerCase()]), value]);
      break;
    default:
      headers.splice(at, 1, [name, random.pick(VALUES)]);
  }
}

/** What scanners and lost clients send to any port. */
function notHttp(random: Random): string {
  return random.pick([
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'SSH-2.0-OpenSSH_9.6\r\n',
    '*1\r\n$4\r\nPING\r\n',
    '\r\n\r\n\r\n',
    requestBytes('GET /ws', {}),
    noise(random.between(1, 500), random).toString('latin1'),
  ]);
}
