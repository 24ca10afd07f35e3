/** A channel over Server-Sent Events, for networks that break WebSockets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { CHANNEL_LOG } from '../../../src/engine/channel-log.ts';
import type { ChannelLog } from '../../../src/engine/channel-log.ts';
import { Connections } from '../../../src/gateway/connections.ts';
import { Api, keyFile, newKey } from '../../support/api.ts';
import { Client } from '../../support/client.ts';
import { TestStream } from '../../support/event-stream.ts';
import { startBelfry } from '../../support/in-process.ts';
import type { TestServer } from '../../support/in-process.ts';
import type { Settings } from '../../../src/settings/settings.ts';

const STREAM = '/api/channels/news/stream';
const SECRET = 'client=0123456789abcdef';

describe('an event stream', () => {
  let server: TestServer;
  let api: Api;

  const start = async (settings: Partial<Settings> = {}): Promise<void> => {
    const key = newKey();
    server = await startBelfry({ apiKeysFile: keyFile(key), ...settings });
    api = new Api(server.url, key.key);
  };
  const open = (query = '', headers: Record<string, string> = {}): Promise<TestStream> =>
    TestStream.open(`${server.url}${STREAM}?${SECRET}${query}`, headers);
  const say = async (...texts: string[]): Promise<void> => {
    for (const text of texts) await api.post('/api/channels/news/messages', { text });
  };

  const users = async (): Promise<unknown[]> =>
    ((await api.get('/api/channels/news/presence')).body as { users: unknown[] }).users;

  it('begins with where it stands, and goes on with what is said', async () => {
    await start();
    await say('before');
    const stream = await open('&name=Ann');
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    const welcome = await stream.next();
    const { epoch } = welcome?.data ?? {};
    expect(welcome).toEqual({
      event: 'welcome',
      id: `${String(epoch)}:1`,
      retry: '2000',
      data: {
        channel: 'news',
        epoch,
        offset: 1,
        first: 1,
        recovered: false,
        connection: expect.any(String),
        user: { id: expect.stringMatching(/^guest-/) as string, name: 'Ann' },
        heartbeat: { interval: 25_000, timeout: 10_000 },
      },
    });
    await say('a "text"\nof two lines 🔔');
    expect(await stream.next()).toMatchObject({
      event: 'message',
      id: `${String(epoch)}:2`,
      data: { channel: 'news', offset: 2, from: 'key:orders', text: 'a "text"\nof two lines 🔔' },
    });
  });

  it('goes on behind the id that a browser names by itself, and behind one that is asked for', async () => {
    await start();
    await say('1', '2', '3');
    const first = await open('&last=2');
    const [welcome, ...heard] = await first.take(3);
    expect(welcome?.data).toMatchObject({ offset: 1 });
    expect(heard.map(({ data }) => data['offset'])).toEqual([2, 3]);
    for (const stream of [
      await open('', { 'Last-Event-ID': heard[0]?.id ?? '' }),
      await open(`&since=${heard[0]?.id}`),
    ]) {
      const [again, next] = await stream.take(2);
      expect(again?.data).toMatchObject({ offset: 2, recovered: true });
      expect(next?.data).toMatchObject({ offset: 3 });
    }
    const both = await open(`&since=${heard[0]?.id}`, { 'Last-Event-ID': heard[1]?.id ?? '' });
    expect((await both.next())?.data).toMatchObject({ offset: 3, recovered: true });
  });

  it.each(['another:1', 'nonsense', ''])('begins at the newest behind an id that means nothing: %j', async (id) => {
    await start();
    await say('1', '2');
    const stream = await open('', { 'Last-Event-ID': id });
    expect((await stream.next())?.data).toMatchObject({ offset: 2, recovered: false });
  });

  it('tells of messages that are no longer kept, once', async () => {
    await start({ historySize: 2 });
    const { epoch } = (await open().then((stream) => stream.next()))?.data ?? {};
    await say('1', '2', '3', '4', '5');
    const log = server.app.get<ChannelLog>(CHANNEL_LOG);
    while ((await log.reach('news')).first < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    const stream = await open('', { 'Last-Event-ID': `${String(epoch)}:1` });
    const events = await stream.take(4);
    expect(events.map(({ event, id }) => [event, id])).toEqual([
      ['welcome', `${String(epoch)}:1`],
      ['gap', `${String(epoch)}:3`],
      ['message', `${String(epoch)}:4`],
      ['message', `${String(epoch)}:5`],
    ]);
    expect(events[1]?.data).toEqual({ channel: 'news', from: 2, to: 3 });
    const again = await open('', { 'Last-Event-ID': events[1]?.id ?? '' });
    expect((await again.take(2)).map(({ event }) => event)).toEqual(['welcome', 'message']);
  });

  it('is a connection: it is counted, listed, and closed by an operator', async () => {
    await start({ maxConnections: 1 });
    const stream = await open();
    const connection = String((await stream.next())?.data['connection']);
    const refused = await open();
    expect(refused.response.statusCode).toBe(503);
    const { body } = await api.get('/api/connections').expect(200);
    expect(body).toMatchObject({ connections: [{ id: connection, path: STREAM, channels: 1 }] });
    await api.delete(`/api/connections/${connection}`).expect(204);
    expect(await stream.next()).toMatchObject({
      event: 'close',
      data: { code: 4501, reason: 'removed by an operator' },
    });
    await stream.ended;
    expect((await open()).response.statusCode).toBe(200);
  });

  it('counts as a connection of its address, until it ends', async () => {
    await start({ maxConnectionsPerAddress: 1 });
    const stream = await open();
    expect((await open()).response.statusCode).toBe(429);
    stream.cut();
    await stream.ended;
    while ((await open()).response.statusCode !== 200) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.app.get(Connections).size).toBe(1);
  });

  it('counts as a connection of its user where presence is kept', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'belfry-rules-'));
    const channelsFile = join(directory, 'channels.json');
    writeFileSync(channelsFile, JSON.stringify({ news: { presence: true } }));
    await start({ channelsFile });
    rmSync(directory, { recursive: true });
    const client = await Client.joined(`${server.wsUrl}/ws`, 'news');
    await client.event('presence');
    const stream = await open('&name=Ann');
    await stream.next();
    expect((await client.event('presence')).data).toMatchObject({ joined: { name: 'Ann' } });
    expect(await users()).toHaveLength(2);
    stream.cut();
    while ((await users()).length > 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.app.get(Connections).size).toBe(1);
  });

  it('is kept alive by comments', async () => {
    await start({ heartbeatInterval: 50, heartbeatTimeout: 5000 });
    const stream = await open();
    await stream.comment();
    await stream.comment();
    await say('still there');
    expect((await stream.event('message')).data).toMatchObject({ text: 'still there' });
  });

  it('is told when the server leaves, and ends', async () => {
    await start();
    const stream = await open();
    await stream.next();
    await server.app.close();
    expect(await stream.event('goodbye')).toMatchObject({ retry: '2000', data: { reason: 'restarting' } });
    expect((await stream.event('close')).data).toMatchObject({ code: 1012 });
    await stream.ended;
  });

  it('is for those who may join', async () => {
    const narrow = newKey({ permissions: [{ channel: 'news', allow: ['history'] }] });
    await start({ apiKeysFile: keyFile(narrow) });
    const stream = await TestStream.open(`${server.url}${STREAM}`, { Authorization: `Bearer ${narrow.key}` });
    expect(stream.response.statusCode).toBe(403);
    const unknown = await TestStream.open(`${server.url}${STREAM}`);
    expect(unknown.response.statusCode).toBe(401);
  });

  it.each(['since=x', 'since=x:y', 'last=0', 'last=501'])('with %s is refused', async (query) => {
    await start();
    const stream = await open(`&${query}`);
    expect(stream.response.statusCode).toBe(400);
    expect(stream.response.headers['content-type']).toMatch('application/problem+json');
  });

  it('is not begun where the log is away, and where only its headers are asked for', async () => {
    await start();
    expect((await request(server.url).head(`${STREAM}?${SECRET}`)).status).toBe(405);
    await server.app.get<ChannelLog>(CHANNEL_LOG).close();
    expect((await open()).response.statusCode).toBe(503);
    expect(server.app.get(Connections).size).toBe(0);
  });
});
