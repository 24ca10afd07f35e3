/**
 * Plain HTTP at every route there is, and at those where nothing is: paths that climb, bodies that lie about their length, and the
 * shapes by which requests are smuggled past a proxy.
 */
import type { Random } from '../../faults/random.ts';
import { damaged, inPieces, noise } from '../mutations/bytes.ts';
import { hostileObject, hostileValue } from '../mutations/json.ts';
import type { Kind } from '../session.ts';
import { token } from './envelopes.ts';
import { someEnding } from './opening.ts';

type Choices = [string, ...string[]];

const METHODS: Choices = [
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'FOO',
  'GE T',
];
const ROUTES: Choices = [
  '/',
  '/index.html',
  '/assets/',
  '/favicon.svg',
  '/manifest.webmanifest',
  '/sw.js',
  '/health',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/ws',
  '/nothing',
  '/api',
  '/api/docs',
  '/api/openapi.json',
  '/api/channels',
  '/api/channels/news/messages',
  '/api/channels/news/presence',
  '/api/channels/news/events',
  '/api/connections',
  '/api/connections/x',
  '/api/revocations',
  '/api/users/eve/connections',
];
const CLIMBING: Choices = [
  '/../package.json',
  '/assets/../../package.json',
  '/..%2fpackage.json',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/assets/..%5c..%5cmain.js',
  '/%c0%ae%c0%ae/main.js',
  '/%00',
  '/%',
  '/%zz',
  '/\u00ff',
  '//evil.example/x',
  '/health/../main.js',
  '/index.html%00.js',
  '/.env',
  '/main.js',
  `/${'a/'.repeat(2000)}`,
  `/${'x'.repeat(10_000)}`,
  '/health?a[__proto__]=b',
  '/api/channels/..%2f..%2fx/messages',
  '/api/channels/%00/messages',
  '/api/channels/__proto__/messages',
  `/api/channels/${'n'.repeat(500)}/messages`,
  '?',
  '*',
  'http://evil.example/health',
  '/health HTTP/1.1\r\nX: y',
];
const HEADERS: Choices = [
  'Range: bytes=0-',
  'Range: bytes=-1',
  'Range: bytes=9-1',
  `Range: bytes=${'0-1,'.repeat(500)}2-`,
  'If-None-Match: "x"',
  'If-None-Match: *',
  'If-Modified-Since: x',
  'Accept: application/json',
  'Accept: \u0001',
  'Accept-Encoding: br, gzip, x',
  'Expect: 100-continue',
  'Expect: x',
  'Upgrade: h2c',
  'Connection: Upgrade, HTTP2-Settings',
  'Origin: null',
  'Origin: http://evil.example',
  'Last-Event-ID: \u00ff',
  'Last-Event-ID: x:99999999999999999999',
  'Idempotency-Key: x',
  'X-Forwarded-For: ::1',
  'X-Forwarded-Proto: https',
  'X-HTTP-Method-Override: DELETE',
  'X: a\r\n folded',
  'X : y',
  ': y',
  'X',
  'Host: a, b',
  'Host: evil.example',
  'Cookie: a=b',
  `X: ${'x'.repeat(20_000)}`,
  'Content-Type: application/json',
  'Content-Type: multipart/form-data',
  'Content-Encoding: gzip',
];
const TYPES: Choices = [
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/x-www-form-urlencoded',
  'x',
  '',
];

/** A family of visits. */
export const REQUESTS: Kind = {
  name: 'requests',
  title: 'HTTP that lies, climbs and smuggles',
  share: 12,
  concurrency: 8,
  session(random) {
    const inputs = random.chance(0.8) ? 1 : random.between(2, 5);
    const bytes = Buffer.from(Array.from({ length: inputs }, () => request(random)).join(''), 'latin1');
    const broken = random.chance(0.2) ? damaged(bytes, random) : bytes;
    return { inputs, writes: random.chance(0.7) ? [broken] : inPieces(broken, random), ending: someEnding(random) };
  },
};

function request(random: Random): string {
  const target = random.chance(0.7) ? random.pick(ROUTES) : random.pick(CLIMBING);
  const lines = [`${random.pick(METHODS)} ${target} HTTP/1.${random.chance(0.95) ? 1 : 0}`];
  if (random.chance(0.95)) lines.push('Host: localhost');
  for (let i = random.between(0, 2); i > 0; i -= 1) lines.push(random.pick(HEADERS));
  if (random.chance(0.3)) lines.push(`Authorization: ${random.pick(['Bearer', 'Basic', ''])} ${token(random)}`);
  if (random.chance(0.5)) return `${lines.join('\r\n')}\r\n\r\n`;
  const [framing, body] = bodyOf(random);
  return `${[...lines, `Content-Type: ${random.pick(TYPES)}`, ...framing].join('\r\n')}\r\n\r\n${body}`;
}

/** The headers that say how long a body is, and a body. Few of them agree. */
function bodyOf(random: Random): [string[], string] {
  const text = json(random);
  const length = Buffer.byteLength(text, 'latin1');
  const chunked = `${length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
  switch (random.between(0, 9)) {
    case 0:
      return [
        [
          `Content-Length: ${random.pick(['0', '-1', '+5', '0x10', '1e3', '99999999999999999999', '5 5', '5, 5', ' '])}`,
        ],
        text,
      ];
    case 1:
      return [[`Content-Length: ${length + random.between(-3, 3)}`], text];
    case 2:
      return [[`Content-Length: ${length}`, 'Transfer-Encoding: chunked'], chunked];
    case 3:
      return [[`Content-Length: ${length}`, `Content-Length: ${length + 1}`], text];
    case 4:
      return [
        [
          random.pick([
            'Transfer-Encoding: xchunked',
            'Transfer-Encoding: chunked, identity',
            'Transfer-Encoding:\tchunked',
            'Transfer-Encoding: chunked\r\nTransfer-Encoding: x',
            'Transfer-Encoding : chunked',
          ]),
        ],
        chunked,
      ];
    case 5:
      return [
        ['Transfer-Encoding: chunked', 'Trailer: X-Late'],
        `${length.toString(16)};ext="${'x'.repeat(random.pick([1, 20_000]))}"\r\n${text}\r\n0\r\nX-Late: 1\r\nContent-Length: 5\r\n\r\n`,
      ];
    case 6:
      return [
        ['Transfer-Encoding: chunked'],
        random.pick([
          'zz\r\nx\r\n0\r\n\r\n',
          'fffffffffffffffff\r\n',
          '-1\r\nx\r\n',
          '5\nhello\n0\n\n',
          '1\r\nxx\r\n0\r\n\r\n',
        ]),
      ];
    case 7:
      return [['Transfer-Encoding: chunked'], chunked];
    default:
      return [[`Content-Length: ${length}`], text];
  }
}

function json(random: Random): string {
  if (random.chance(0.1)) return noise(random.between(0, 200), random).toString('latin1');
  if (random.chance(0.2)) return hostileValue(random);
  return hostileObject(
    { text: 'hello', data: { a: 1 }, key: 'k', user: 'eve', channel: 'news', messages: [{ text: 'x' }] },
    random,
  );
}
