/** What every answer in HTTP tells a browser to keep it from, whoever answers: a file, a handler, an error, or a refused handshake. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { generate } from 'selfsigned';
import { HANDSHAKE } from '../support/raw-client.ts';
import { startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { answerTo, requestBytes } from '../support/wire/http.ts';
import type { RawAnswer } from '../support/wire/http.ts';

const HOST = { Host: 'localhost' };

const PLAIN: readonly [
  sentence: string,
  start: string,
  headers: Readonly<Record<string, string | undefined>>,
  status: number,
][] = [
  ['the page', 'GET / HTTP/1.1', HOST, 200],
  ['the head of the page', 'HEAD / HTTP/1.1', HOST, 200],
  ['/health', 'GET /health HTTP/1.1', HOST, 200],
  ['a path where nothing is', 'GET /nothing HTTP/1.1', HOST, 404],
  ['a plain request to a gateway', 'GET /ws HTTP/1.1', HOST, 426],
  ['another method at a gateway', 'POST /ws HTTP/1.1', HOST, 405],
];

/** Answered before there is a request that a handler could see, by Node, Fastify or the upgrade. */
const BARE: typeof PLAIN = [
  ['bytes that are no HTTP', 'nonsense', HOST, 400],
  ['a path that cannot be decoded', 'GET /%zz HTTP/1.1', HOST, 400],
  ['headers that are too large', 'GET / HTTP/1.1', { ...HOST, 'X-Large': 'x'.repeat(20_000) }, 431],
  ['a handshake without a key', 'GET /ws HTTP/1.1', { ...HANDSHAKE, 'Sec-WebSocket-Key': undefined }, 400],
  ['a handshake of another version', 'GET /ws HTTP/1.1', { ...HANDSHAKE, 'Sec-WebSocket-Version': '8' }, 426],
  ['a handshake where nothing is', 'GET /nothing HTTP/1.1', HANDSHAKE, 404],
  ['a handshake with another method', 'POST /ws HTTP/1.1', HANDSHAKE, 405],
];

describe('security headers', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer();
  });

  afterAll(() => server.stop());

  const asked = async (start: string, headers: Readonly<Record<string, string | undefined>>): Promise<RawAnswer> =>
    answerTo(server.port, requestBytes(start, headers));

  it.each(PLAIN)('%s has all of them', async (_sentence, start, headers, status) => {
    const answer = await asked(start, headers);
    expect(answer.status).toBe(status);
    expectAll(answer);
  });

  it('a file of the page has all of them', async () => {
    const [, path] = /src="(\/assets\/[^"]+)"/.exec((await asked('GET / HTTP/1.1', HOST)).body) ?? [];
    expect(path).toBeDefined();
    expectAll(await asked(`GET ${path} HTTP/1.1`, HOST));
  });

  it.each(BARE)(
    '%s is answered with those that matter for a few words of text',
    async (_sentence, start, headers, status) => {
      const answer = await asked(start, headers);
      expect(answer.status).toBe(status);
      expectNothingTold(answer);
      // Nobody takes this for a script or a page, wherever it comes from.
      expect(answer.headers.get('content-type') ?? 'application/json').toMatch(/^application\/(?:problem\+)?json/);
      expect(answer.headers.get('x-content-type-options') ?? 'no body').toBe(
        answer.body === '' ? 'no body' : 'nosniff',
      );
    },
  );

  it('none tells a browser to insist on TLS where there is none', async () => {
    expect((await asked('GET / HTTP/1.1', HOST)).headers.has('strict-transport-security')).toBe(false);
  });
});

describe('with TLS', () => {
  it('browsers are told to insist on it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'belfry-headers-'));
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const files = { TLS_CERT_FILE: join(directory, 'cert.pem'), TLS_KEY_FILE: join(directory, 'key.pem') };
    writeFileSync(files.TLS_CERT_FILE, cert);
    writeFileSync(files.TLS_KEY_FILE, key);
    const server = await startServer(files);
    const socket = connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.write(requestBytes('GET /health HTTP/1.1', { ...HOST, Connection: 'close' }));
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(socket, 'close');
    expect(text).toMatch(/\r\nstrict-transport-security: max-age=\d+/i);
    await server.stop();
    rmSync(directory, { recursive: true });
  });
});

function expectAll(answer: RawAnswer): void {
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': expect.any(String),
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  expectNothingTold(answer);
}

/** Of what runs here. */
function expectNothingTold({ headers }: RawAnswer): void {
  for (const name of ['server', 'x-powered-by', 'via']) expect(headers.has(name)).toBe(false);
}
