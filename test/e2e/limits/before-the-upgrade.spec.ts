/** What a request costs before it is a WebSocket: its head, its body, its time, its socket. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { handshake } from '../../support/handshake.ts';
import { startBelfry } from '../../support/in-process.ts';

/** Reads everything until the line ends. */
async function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  await once(socket, 'close');
  return answer;
}

describe('a request', () => {
  it('with a head of more than 16 KiB is answered 431', async () => {
    const { port } = await startBelfry();
    const { status } = await handshake(port, { Cookie: 'x'.repeat(17 * 1024) });
    expect(status).toBe(431);
    expect((await handshake(port, { Cookie: 'x'.repeat(15 * 1024) })).status).toBe(101);
  });

  it.each([
    ['Content-Length', '5'],
    ['Transfer-Encoding', 'chunked'],
  ])('for a WebSocket may not have a body (%s)', async (name, value) => {
    const { port } = await startBelfry();
    const { status, body } = await handshake(port, { [name]: value });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'body_not_allowed' });
  });
});

describe('sockets', () => {
  it('that never ask for anything are bounded for each address, and leave room for others when they go', async () => {
    const { port } = await startBelfry({ maxConnectionsPerAddress: 1 });
    const idle: Socket[] = [];
    const refused: Socket[] = [];
    // 1,000 are to spare, for pages and health checks.
    for (let i = 0; i < 1010; i += 1) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      socket.once('close', () => refused.push(socket));
      idle.push(socket);
      await once(socket, 'connect');
    }
    while (refused.length < 9) await new Promise((resolve) => setImmediate(resolve));
    expect(refused).toHaveLength(9);
    for (const socket of idle) socket.destroy();
    let answer = '';
    while (!answer.startsWith('HTTP/1.1 200')) {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      answer = await answerOf(socket);
    }
  });

  it('of a trusted proxy are not bounded beside its clients', async () => {
    const { port } = await startBelfry({ maxConnectionsPerAddress: 1, trustProxy: ['loopback'] });
    const sockets: Socket[] = [];
    for (let i = 0; i < 1010; i += 1) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
    }
    expect((await handshake(port, { 'X-Forwarded-For': '203.0.113.7' })).status).toBe(101);
    expect(sockets.some(({ closed }) => closed)).toBe(false);
    for (const socket of sockets) socket.destroy();
  });
});
