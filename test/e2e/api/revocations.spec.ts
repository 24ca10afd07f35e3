/** What an operator takes back over HTTP: tokens, and connections, on every node. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithRedis, RedisServer } from '../../../src/engine/redis/redis-server.contract.ts';
import { Api, keyFile, newKey } from '../../support/api.ts';
import { Client } from '../../support/client.ts';
import { TestStream } from '../../support/event-stream.ts';
import { startServer } from '../../support/server-process.ts';
import type { ServerProcess } from '../../support/server-process.ts';
import { refusalOf, SECRET, shown, tokenFor } from '../../support/tokens.ts';

const MESSAGES = '/api/channels/news/messages';
const STREAM = '/api/channels/news/stream';

const key = newKey();
const running: ServerProcess[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (server) => server.stop()));
});

async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServer({ AUTH_JWT_SECRET: SECRET, API_KEYS_FILE: keyFile(key), ...env });
  running.push(server);
  return server;
}

const operator = ({ url }: ServerProcess): Api => new Api(url, key.key);

async function connect({ wsUrl }: ServerProcess, token: string): Promise<Client> {
  const client = await Client.open(`${wsUrl}/ws`, [], shown(token).options);
  await client.event('welcome');
  return client;
}

async function listen({ url }: ServerProcess, token: string): Promise<TestStream> {
  const stream = await TestStream.open(url + STREAM, { Authorization: `Bearer ${token}` });
  await stream.event('welcome');
  return stream;
}

/** How a server answers a token in each place where one may be shown. */
async function answersTo(server: ServerProcess, token: string): Promise<unknown[]> {
  const stream = await TestStream.open(server.url + STREAM, { Authorization: `Bearer ${token}` });
  stream.cut();
  const { status } = await new Api(server.url, token).get(MESSAGES);
  return [stream.response.statusCode, status, (await refusalOf(`${server.wsUrl}/ws`, token)).status];
}

describe('a user whose tokens are revoked', () => {
  it('is closed everywhere, and refused everywhere, also after a restart', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'belfry-revoked-'));
    const first = await start({ DATA_DIR: directory });
    const [token, other] = [await tokenFor(), await tokenFor({ sub: 'bob' })];
    const client = await connect(first, token);
    const stream = await listen(first, token);
    const [near, heard] = [await connect(first, other), await listen(first, other)];
    const { body } = await operator(first).post('/api/revocations', { user: 'ann' }).expect(201);
    expect(body).toEqual({ user: 'ann' });
    expect(await client.closed).toMatchObject({ code: 4500 });
    expect(await stream.next()).toMatchObject({ event: 'close', data: { code: 4500, reason: 'unauthorized' } });
    await stream.ended;
    expect(await answersTo(first, token)).toEqual([401, 401, 401]);
    await near.ask('message', { channel: 'news', text: 'still here' });
    expect(await heard.next()).toMatchObject({ event: 'message', data: { text: 'still here' } });

    // At once: what was acknowledged is kept.
    await first.stop('SIGKILL');
    const second = await start({ DATA_DIR: directory });
    expect(await answersTo(second, token)).toEqual([401, 401, 401]);
    await connect(second, await tokenFor({ iat: Math.floor(Date.now() / 1000) + 2 }));
    await second.stop();
    rmSync(directory, { recursive: true });
  });
});

describe('a token that is revoked by its id', () => {
  it('holds no more, by an admin’s token as well, while others of its user do', async () => {
    const server = await start();
    const [one, two] = [await tokenFor({ jti: 'one' }), await tokenFor({ jti: 'two' })];
    const [gone, here] = [await connect(server, one), await connect(server, two)];
    const admin = new Api(server.url, await tokenFor({ sub: 'root', admin: true }));
    expect((await admin.post('/api/revocations', { token: 'one' }).expect(201)).body).toEqual({ token: 'one' });
    expect(await gone.closed).toMatchObject({ code: 4500 });
    expect(await answersTo(server, one)).toEqual([401, 401, 401]);
    expect(await here.ask('join', { channel: 'news' })).toMatchObject({ event: 'ack' });
  });
});

describe('what cannot be revoked', () => {
  it('is what names neither a user nor a token, or both', async () => {
    const server = await start();
    const token = await tokenFor({ jti: 'one' });
    for (const body of [
      {},
      { user: 'ann', token: 'one' },
      { user: '' },
      { user: 1 },
      { user: 'a'.repeat(129) },
      { token: ['one'] },
      { token: '' },
      { user: null },
      [],
    ]) {
      const answer = await operator(server).post('/api/revocations', body).expect(400);
      expect(answer.body).toMatchObject({ code: 'invalid' });
    }
    await new Api(server.url, token).get(MESSAGES).expect(200);
  });

  it('is anything, by whoever is no operator', async () => {
    const server = await start();
    const ann = new Api(server.url, await tokenFor());
    expect((await ann.post('/api/revocations', { user: 'bob' })).status).toBe(403);
    expect((await ann.delete('/api/connections/x')).status).toBe(403);
  });
});

describeWithRedis('on two nodes', () => {
  let redis: RedisServer;
  beforeEach(async () => (redis = await RedisServer.start()));
  afterEach(async () => redis.remove());

  const node = async (): Promise<ServerProcess> => start({ ENGINE: 'redis', REDIS_URL: redis.url });

  it('a user whose tokens are revoked at one is closed and refused at the other, and at one that starts later', async () => {
    const [here, there] = await Promise.all([node(), node()]);
    const token = await tokenFor();
    const [client, stream] = [await connect(there, token), await listen(there, token)];
    await operator(here).post('/api/revocations', { user: 'ann' }).expect(201);
    expect(await client.closed).toMatchObject({ code: 4500 });
    expect(await stream.next()).toMatchObject({ event: 'close', data: { code: 4500 } });
    for (const server of [here, there, await node()]) expect(await answersTo(server, token)).toEqual([401, 401, 401]);
  });

  it('a connection is closed from the other, which says that it was passed on', async () => {
    const [here, there] = await Promise.all([node(), node()]);
    const client = await Client.open(`${there.wsUrl}/ws`);
    const { data } = await client.event('welcome');
    const path = `/api/connections/${String(data?.['connection'])}`;
    await operator(here).delete(path).expect(202);
    expect(await client.closed).toMatchObject({ code: 4501 });
    await operator(here).delete('/api/connections/nobody').expect(404);
  });

  it('nothing is acknowledged that could not be kept', async () => {
    const server = await node();
    await redis.kill();
    const answer = await operator(server).post('/api/revocations', { user: 'ann' }).expect(503);
    expect(answer.body).toMatchObject({ code: 'unavailable' });
    expect(answer.headers['retry-after']).toBeDefined();
    await operator(server).delete('/api/connections/3f0f7c2e-6f3c-4a67-9c43-0e7a4c4b8a10').expect(503);
    await redis.begin();
  });
});
