/** The opening handshake of RFC 6455 section 4.2, and every way to get it wrong. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { startBelfry } from '../support/in-process.ts';
import type { TestServer } from '../support/in-process.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
/** RFC 6455 section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const GOOD: Record<string, string> = {
  Host: 'localhost',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': KEY,
  'Sec-WebSocket-Version': '13',
};

interface Answer {
  readonly status: number;
  readonly headers: Map<string, string>;
  readonly body: string;
}

/** Speaks HTTP by hand: a client library would not let us get it wrong. Ends after the answer. */
async function shake(
  { port }: TestServer,
  change: Record<string, string | undefined> = {},
  start = 'GET /ws HTTP/1.1',
): Promise<Answer> {
  const headers = Object.entries({ ...GOOD, ...change }).filter(([, value]) => value !== undefined);
  const socket = connect(port, '127.0.0.1');
  socket.write(`${start}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  let text = '';
  const complete = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.startsWith('HTTP/1.1 101') && text.includes('\r\n\r\n')) resolve();
    });
    socket.once('close', () => resolve());
  });
  await complete;
  socket.destroy();
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  return {
    status: Number(status.split(' ')[1]),
    headers: new Map(lines.map((line) => [line.split(': ')[0]?.toLowerCase() ?? '', line.split(': ')[1] ?? ''])),
    body,
  };
}

describe('the handshake', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await startBelfry();
  });

  it.each(['/', '/ws', '/ws?name=Ann'])('at %s is answered 101 with the right Sec-WebSocket-Accept', async (path) => {
    const { status, headers } = await shake(server, {}, `GET ${path} HTTP/1.1`);
    expect(status).toBe(101);
    expect(headers.get('upgrade')?.toLowerCase()).toBe('websocket');
    expect(headers.get('connection')?.toLowerCase()).toBe('upgrade');
    expect(headers.get('sec-websocket-accept')).toBe(
      createHash('sha1')
        .update(KEY + GUID)
        .digest('base64'),
    );
  });

  it('takes the subprotocol belfry.v1 when it is offered', async () => {
    const { headers } = await shake(server, { 'Sec-WebSocket-Protocol': 'chat, belfry.v1' });
    expect(headers.get('sec-websocket-protocol')).toBe('belfry.v1');
  });

  it('names no subprotocol when none is offered', async () => {
    expect((await shake(server)).headers.has('sec-websocket-protocol')).toBe(false);
  });

  it.each(['12', '8', '0', 'x', undefined])(
    'of version %s is answered 426 with the version that we speak',
    async (version) => {
      const { status, headers, body } = await shake(server, { 'Sec-WebSocket-Version': version });
      expect(status).toBe(426);
      expect(headers.get('sec-websocket-version')).toBe('13');
      expect(JSON.parse(body)).toMatchObject({ status: 426, code: 'version_not_supported' });
    },
  );

  it.each([
    ['without a key', { 'Sec-WebSocket-Key': undefined }, 'key_required'],
    ['with a key that is not 16 bytes', { 'Sec-WebSocket-Key': 'c2hvcnQ=' }, 'key_required'],
    ['without a Host', { Host: undefined }, 'host_required'],
    ['with a name that is too long', { path: `/ws?name=${'x'.repeat(65)}` }, 'name_invalid'],
    ['with a name that turns the text around it', { path: '/ws?name=%E2%80%AE' }, 'name_invalid'],
    ['with a secret that is too short', { path: '/ws?client=short' }, 'client_invalid'],
    ['with a broken list of subprotocols', { 'Sec-WebSocket-Protocol': 'a,,b' }, 'bad_handshake'],
  ])(
    '%s is answered 400 and says so in JSON',
    async (_name, { path, ...change }: Record<string, string | undefined>, code) => {
      const { status, headers, body } = await shake(server, change, `GET ${path ?? '/ws'} HTTP/1.1`);
      expect(status).toBe(400);
      expect(headers.get('content-type')).toMatch('application/problem+json');
      expect(JSON.parse(body)).toMatchObject({ status: 400, code, detail: expect.any(String) });
    },
  );

  it('may name the whole address (RFC 9112 section 3.2.2), and is made with HTTP/1.1', async () => {
    expect((await shake(server, {}, 'GET http://localhost/ws?name=Ann HTTP/1.1')).status).toBe(101);
    expect((await shake(server, {}, 'GET /ws HTTP/1.0')).status).toBe(400);
  });

  it('that is a POST is answered 405', async () => {
    const { status, headers } = await shake(server, {}, 'POST /ws HTTP/1.1');
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('GET');
  });

  it.each([
    ['/health/live', 200],
    ['/ws', 426],
    ['/nope', 404],
  ])('that offers another protocol is answered as if it did not (%s)', async (path, status) => {
    expect((await shake(server, { Upgrade: 'h2c' }, `GET ${path} HTTP/1.1`)).status).toBe(status);
  });

  it('that is no HTTP at all is answered 400, and the server goes on', async () => {
    expect((await shake(server, {}, '\u0016\u0003\u0001 hello')).status).toBe(400);
    expect((await shake(server)).status).toBe(101);
  });

  it('survives clients that leave in the middle of it', async () => {
    for (let i = 0; i < 20; i += 1) {
      const socket = connect(server.port, '127.0.0.1');
      socket.write(
        `GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${KEY}\r\n`,
      );
      await once(socket, 'connect');
      if (i % 2 === 0) socket.write('Sec-WebSocket-Version: 13\r\n\r\n');
      socket.resetAndDestroy();
    }
    expect((await shake(server)).status).toBe(101);
  });

  // Node hands the socket of every upgrade over, also of those that are answered in plain HTTP. Without a listener for its
  // errors one client that was gone before its answer ended the whole process.
  it('that offers another protocol harms nobody when its client is gone before the answer', async () => {
    for (let i = 0; i < 100; i += 1) {
      const socket = connect(server.port, '127.0.0.1');
      await once(socket, 'connect');
      const target = i % 2 === 0 ? '/ws' : '/health';
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n`, () =>
        socket.resetAndDestroy(),
      );
    }
    expect((await shake(server)).status).toBe(101);
  });

  it('that offers another protocol is let go after its answer, also when its client stays', async () => {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write('GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n');
    socket.resume();
    await once(socket, 'end');
    const http = server.app.getHttpServer();
    while ((await connectionsOf(http)) > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(socket.writable).toBe(true);
    socket.destroy();
  });
});

async function connectionsOf(http: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    http.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

describe('an upgrade that does not wait for the answer before it', () => {
  const STREAM = 'GET /api/channels/news/stream?client=0123456789abcdef HTTP/1.1\r\nHost: x\r\n\r\n';

  it.each(['h2c', 'websocket'])('to %s ends its line, and nothing else', async (protocol) => {
    const { port, url } = await startBelfry();
    for (const first of ['GET /health HTTP/1.1\r\nHost: x\r\n\r\n', STREAM]) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      const lines = Object.entries({ ...GOOD, Upgrade: protocol }).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`${first}GET /ws HTTP/1.1\r\n${lines.join('')}\r\n`);
      socket.resume();
      await once(socket, 'close');
    }
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});
