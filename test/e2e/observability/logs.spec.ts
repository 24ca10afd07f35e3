/** What the log says of each connection that ends, and how requests are told apart. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Client } from '../../support/client.ts';
import { RawClient } from '../../support/raw-client.ts';
import { startBelfry } from '../../support/in-process.ts';
import { startServer } from '../../support/server-process.ts';
import type { ServerProcess } from '../../support/server-process.ts';

type Line = Readonly<Record<string, unknown>>;

const SECRET = 'a-secret-of-a-guest-0123456789';
const TEXT = 'what nobody else should read';

/** The lines of connections that have ended, as soon as there are so many. */
async function endings(server: ServerProcess, count: number): Promise<Line[]> {
  for (;;) {
    const lines = server.output().trim().split('\n');
    const ended = lines.map((line) => JSON.parse(line) as Line).filter(({ context }) => context === 'Connection');
    if (ended.length >= count) return ended;
    await once(server.child.stdout ?? server.child, 'data');
  }
}

describe('the log', () => {
  it('has one line for each connection that ended, with properties to search for', async () => {
    const server = await startServer({ LOG_FORMAT: 'json' });
    const client = await Client.open(`${server.wsUrl}/ws?name=Ann&client=${SECRET}`);
    const { data } = await client.event('welcome');
    await client.ask('message', { channel: 'news', text: TEXT, key: 'a key of its own' });
    client.socket.close(4321, TEXT);
    const [line] = await endings(server, 1);
    expect(line).toEqual({
      level: 'log',
      pid: expect.any(Number),
      timestamp: expect.any(Number),
      message: 'closed',
      context: 'Connection',
      gateway: '/ws',
      connection: data?.['connection'],
      user: expect.stringMatching(/^guest-[0-9a-f]{32}$/),
      code: 4321,
      reason: 'left',
      ms: expect.any(Number),
      framesReceived: 1,
      bytesReceived: expect.any(Number),
      bytesSent: expect.any(Number),
      lagged: false,
    });
    await server.stop();
  });

  it('says who ended it: the client, the line or the server', async () => {
    const server = await startServer({ LOG_FORMAT: 'json', MAX_PAYLOAD: '1KiB' });
    const left = await Client.open(server.wsUrl);
    await left.close();
    await endings(server, 1);
    const lost = await Client.open(server.wsUrl);
    lost.socket.terminate();
    await endings(server, 2);
    const large = await Client.open(server.wsUrl);
    large.send('x'.repeat(2000));
    await endings(server, 3);
    const stranger = new WebSocket(`${server.wsUrl}/ws`, ['soap']);
    await once(stranger, 'close');
    await endings(server, 4);
    const last = await Client.open(`${server.wsUrl}/ws`);
    await server.stop();
    await last.closed;
    expect((await endings(server, 5)).map(({ code, reason }) => [code, reason])).toEqual([
      [1005, 'left'],
      [1006, 'lost'],
      [1009, 'breach'],
      [4503, 'protocol_unknown'],
      [1012, 'restarting'],
    ]);
  });

  it('holds no secret, no text and no reason that a client gave, at its most talkative', async () => {
    const server = await startServer({ LOG_FORMAT: 'json', LOG_LEVEL: 'debug' });
    const client = await Client.welcomed(`${server.wsUrl}/ws?client=${SECRET}`);
    await client.ask('message', { channel: 'news', text: TEXT });
    await client.ask('message', { channel: 'no such channel', text: TEXT });
    client.send(`{"event":${TEXT}`);
    await client.event('error');
    await expect(Client.open(`${server.wsUrl}/nowhere?client=${SECRET}`)).rejects.toThrow('404');
    client.socket.close(4000, TEXT);
    await endings(server, 1);
    await server.stop();
    expect(server.output()).not.toMatch(new RegExp(`${SECRET}|${TEXT}`));
  });

  it('is plain text without colours where nobody looks at it', async () => {
    const server = await startServer();
    await (await Client.open(server.wsUrl)).close();
    await server.stop();
    expect(server.output()).toMatch(/LOG \[Connection\] closed \{ gateway: '\/', connection: '[-0-9a-f]{36}'/);
    expect(server.output()).not.toMatch('\u001b');
  });
});

describe('the id of a request', () => {
  it('is the one that it came with, in the answer and in a problem', async () => {
    const { url } = await startBelfry();
    const ask = async (id: string): Promise<Response> => fetch(`${url}/nowhere`, { headers: { 'X-Request-Id': id } });
    const response = await ask('from-the-proxy:1');
    expect(response.headers.get('x-request-id')).toBe('from-the-proxy:1');
    expect(await response.json()).toMatchObject({ code: 'not_found', requestId: 'from-the-proxy:1' });
  });

  it('is made when there is none, or one that no log should hold', async () => {
    const { url } = await startBelfry();
    const uuid = /^[-0-9a-f]{36}$/;
    for (const headers of [{}, { 'X-Request-Id': 'two words' }, { 'X-Request-Id': 'x'.repeat(129) }]) {
      const response = await fetch(`${url}/health/live`, { headers });
      expect(response.headers.get('x-request-id')).toMatch(uuid);
    }
  });

  it('is in the answer to an upgrade that is refused', async () => {
    const { port } = await startBelfry();
    const refused = await RawClient.open(port, '/nowhere', { 'X-Request-Id': 'abc' });
    expect(refused.answer[0]).toMatch('404');
    expect(refused.header('X-Request-Id')).toBe('abc');
  });
});
