/** What a stream goes through: restarts, lines that break, and clients that do not read. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { CHANNEL_LOG } from '../../../src/engine/channel-log.ts';
import type { ChannelLog } from '../../../src/engine/channel-log.ts';
import { EngineUnavailable } from '../../../src/engine/engine-unavailable.ts';
import { Connections } from '../../../src/gateway/connections.ts';
import { until } from '../../../src/engine/log-under-test.contract.ts';
import { Api, keyFile, newKey } from '../../support/api.ts';
import { TestStream } from '../../support/event-stream.ts';
import { startBelfry } from '../../support/in-process.ts';
import { startServer } from '../../support/server-process.ts';
import { SECRET as SECRET_OF_TOKENS, tokenFor } from '../../support/tokens.ts';

const KIB = 1024;
const STREAM = '/api/channels/news/stream';
const SECRET = 'client=0123456789abcdef';

async function say(api: Api, count: number, text = 'x'): Promise<void> {
  const messages = Array.from({ length: count }, () => ({ text }));
  await api.post('/api/channels/news/messages', { messages }).expect(201);
}

describe('an event stream', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'goes on after the server was ended by %s and is there again',
    async (signal) => {
      const directory = mkdtempSync(join(tmpdir(), 'belfry-stream-'));
      const key = newKey();
      const env = { DATA_DIR: directory, API_KEYS_FILE: keyFile(key) };
      const before = await startServer(env);
      const stream = await TestStream.open(`${before.url}${STREAM}?${SECRET}`);
      await stream.next();
      await say(new Api(before.url, key.key), 3);
      const heard = (await stream.take(3)).map(({ data }) => data['offset']);
      await say(new Api(before.url, key.key), 2);
      stream.cut();
      await before.stop(signal);
      const after = await startServer(env);
      await say(new Api(after.url, key.key), 2);
      const again = await TestStream.open(`${after.url}${STREAM}?${SECRET}`, { 'Last-Event-ID': `${stream.lastId}` });
      expect((await again.next())?.data).toMatchObject({ recovered: true });
      heard.push(...(await again.take(7 - heard.length)).map(({ data }) => data['offset']));
      expect(heard.slice(-4)).toEqual([4, 5, 6, 7]);
      again.cut();
      await after.stop();
      rmSync(directory, { recursive: true });
    },
  );

  it('has each message once and in order, wherever its line breaks', async () => {
    const key = newKey();
    const { url } = await startBelfry({ apiKeysFile: keyFile(key) });
    const api = new Api(url, key.key);
    let said = 0;
    let id: string | undefined;
    const heard: unknown[] = [];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 8 }), async (take, count) => {
        const stream = await TestStream.open(`${url}${STREAM}?${SECRET}&last=1`, id ? { 'Last-Event-ID': id } : {});
        const welcome = await stream.next();
        id ??= welcome?.id;
        await say(api, count);
        said += count;
        for (const event of await stream.take(Math.min(take, said - heard.length) || 1)) {
          heard.push(event.data['offset']);
          id = event.id;
        }
        stream.cut();
        expect(heard).toEqual(heard.map((_each, index) => index + 1));
      }),
      { numRuns: 25 },
    );
    const last = await TestStream.open(`${url}${STREAM}?${SECRET}`, { 'Last-Event-ID': `${id}` });
    await last.next();
    if (said > heard.length) heard.push(...(await last.take(said - heard.length)).map(({ data }) => data['offset']));
    expect(heard).toEqual(Array.from({ length: said }, (_each, index) => index + 1));
  });

  it('costs a number where its client does not read, and catches up when it does', async () => {
    const highWater = 64 * KIB;
    const key = newKey();
    const { app, url, port } = await startBelfry({ apiKeysFile: keyFile(key), highWater, historySize: 100_000 });
    const api = new Api(url, key.key);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    let text = '';
    socket.write(`GET ${STREAM}?${SECRET} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, 'readable');
    const rounds = 60;
    let most = 0;
    const [listener] = app.get(Connections);
    for (let round = 0; round < rounds; round += 1) {
      await say(api, 100, 'x'.repeat(2000));
      most = Math.max(most, listener?.unsent ?? 0);
    }
    // What was said is many times of what may wait: without the bound it all would.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(highWater + 2 * 100 * 2200);
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk.replaceAll('x', '')));
    await until(() => Promise.resolve(text.includes(`:${rounds * 100}\n`)));
    const offsets = [...text.matchAll(/^id: .+:(\d+)\nevent: message/gm)].map(([, offset]) => Number(offset));
    expect(offsets).toEqual(Array.from({ length: rounds * 100 }, (_each, index) => index + 1));
    socket.destroy();
  });

  it('is cut off where its client takes nothing for too long', async () => {
    const key = newKey();
    const times = { heartbeatInterval: 100, heartbeatTimeout: 200 };
    const { app, url, port } = await startBelfry({ apiKeysFile: keyFile(key), ...times });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(`GET ${STREAM}?${SECRET} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => Promise.resolve(app.get(Connections).size === 1));
    socket.pause();
    const api = new Api(url, key.key);
    while (app.get(Connections).size > 0) await say(api, 50, 'x'.repeat(4000));
    expect(app.get(Connections).size).toBe(0);
    socket.destroy();
  });

  it('that only listens is not cut off, however long nothing is said', async () => {
    const { app, url } = await startBelfry({ heartbeatInterval: 30, heartbeatTimeout: 30 });
    const stream = await TestStream.open(`${url}${STREAM}?${SECRET}`);
    while (stream.comments < 10) await stream.comment();
    expect(app.get(Connections).size).toBe(1);
  });

  it('whose client left while it was found out who it is takes no place', async () => {
    const { app, port, url } = await startBelfry({ authJwtSecret: SECRET_OF_TOKENS, maxConnectionsPerAddress: 2 });
    const token = await tokenFor();
    const asked = `GET ${STREAM} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    for (let round = 0; round < 20; round += 1) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(asked, () => socket.resetAndDestroy());
      await once(socket, 'close');
    }
    await until(async () => (await connectionsOf(app.getHttpServer())) === 0);
    const stream = await TestStream.open(`${url}${STREAM}`, { Authorization: `Bearer ${token}` });
    expect(stream.response.statusCode).toBe(200);
    expect(app.get(Connections).size).toBe(1);
    stream.cut();
  });

  it('is not begun behind another one on the same line, where it could never be heard', async () => {
    const { app, port } = await startBelfry();
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${STREAM}?${SECRET} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(10));
    await once(socket, 'data');
    await until(() => Promise.resolve(app.get(Connections).size === 1));
    socket.destroy();
    await until(() => Promise.resolve(app.get(Connections).size === 0));
    expect(app.get(Connections).size).toBe(0);
  });

  it('is told to wait for its turn behind another answer', async () => {
    const { port } = await startBelfry();
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET ${STREAM}?${SECRET} HTTP/1.1\r\nHost: x\r\n\r\n`);
    let answers = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answers += chunk));
    await until(() => Promise.resolve(answers.includes('A stream needs a line of its own')));
    expect(answers).toContain('HTTP/1.1 400 ');
    socket.destroy();
  });

  it('that could not begin gives back its place, also on a line that a proxy keeps for others', async () => {
    const { app, url } = await startBelfry({ trustProxy: 1, maxConnectionsPerAddress: 1 });
    const log = app.get<ChannelLog>(CHANNEL_LOG);
    const line = new Agent({ keepAlive: true, maxSockets: 1 });
    const reach = log.reach.bind(log);
    log.reach = async () => Promise.reject(new EngineUnavailable('away'));
    expect(await statusOf(line, url, '203.0.113.1')).toBe(503);
    log.reach = reach;
    const other = await TestStream.open(`${url}${STREAM}?${SECRET}`, { 'X-Forwarded-For': '203.0.113.1' });
    expect(other.response.statusCode).toBe(200);
    other.cut();
    line.destroy();
  });
});

/** Sockets that are open. */
async function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

/** Asks for a stream and hears the answer whole, so that its line can be used again. */
async function statusOf(agent: Agent, url: string, address: string): Promise<number | undefined> {
  const sent = request(`${url}${STREAM}?${SECRET}`, { agent, headers: { 'X-Forwarded-For': address } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}
