/** What an operator revokes no longer holds: on every node, from that moment on, and after a restart as well. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Orders } from '../../src/access/orders/orders.ts';
import { describeWithRedis, RedisServer } from '../../src/engine/redis/redis-server.contract.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';
import type { TestServer } from '../support/in-process.ts';
import { refusalOf, SECRET, shown, tokenFor } from '../support/tokens.ts';

const now = (): number => Math.floor(Date.now() / 1000);

async function start(settings: Partial<Settings> = {}): Promise<TestServer & { orders: Orders }> {
  const server = await startBelfry({ authJwtSecret: SECRET, ...settings });
  return { ...server, orders: server.app.get(Orders) };
}

async function connect({ wsUrl }: TestServer, token: string): Promise<Client> {
  const client = await Client.open(`${wsUrl}/ws`, [], shown(token).options);
  await client.event('welcome');
  return client;
}

describe('a user whose tokens are revoked', () => {
  it('is closed with 4500, in all of its connections and no others', async () => {
    const server = await start();
    const mine = [await connect(server, await tokenFor()), await connect(server, await tokenFor({ iat: undefined }))];
    const other = await connect(server, await tokenFor({ sub: 'bob' }));
    await server.orders.revoke({ user: 'ann' });
    for (const client of mine) {
      expect(await client.json()).toMatchObject({ event: 'error', data: { code: 'unauthorized' } });
      expect(await client.closed).toMatchObject({ code: 4500 });
    }
    expect(await other.ask('join', { channel: 'news' })).toMatchObject({ event: 'ack' });
  });

  it('does not come back with one that was issued before, or does not say when, but with one that is newer', async () => {
    const server = await start();
    const old = await tokenFor();
    await server.orders.revoke({ user: 'ann' });
    const url = `${server.wsUrl}/ws`;
    for (const token of [old, await tokenFor({ iat: undefined })]) {
      expect(await refusalOf(url, token)).toMatchObject({ status: 401 });
    }
    const guest = await Client.welcomed(url);
    expect((await guest.ask('auth', { token: old })).data).toMatchObject({ code: 'unauthorized' });
    const client = await connect(server, await tokenFor({ iat: now() + 2 }));
    expect(await client.ask('join', { channel: 'news' })).toMatchObject({ event: 'ack' });
  });
});

describe('a token that is revoked by its id', () => {
  it('does not hold any more, while others of its user do', async () => {
    const server = await start();
    const [one, two] = [await tokenFor({ jti: 'one' }), await tokenFor({ jti: 'two' })];
    const [gone, here] = [await connect(server, one), await connect(server, two)];
    await server.orders.revoke({ token: 'one' });
    expect(await gone.closed).toMatchObject({ code: 4500 });
    expect(await refusalOf(`${server.wsUrl}/ws`, one)).toMatchObject({ status: 401 });
    expect(await here.ask('join', { channel: 'news' })).toMatchObject({ event: 'ack' });
  });
});

describe('a connection that an operator removes', () => {
  it('is closed with 4501', async () => {
    const server = await start();
    const client = await Client.open(`${server.wsUrl}/ws`);
    const { data } = await client.event('welcome');
    await server.orders.removeConnection(String(data?.['connection']));
    expect(await client.closed).toMatchObject({ code: 4501 });
  });
});

describe('what was revoked', () => {
  it('is revoked after a restart as well, however little history is kept', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'belfry-revoked-'));
    const settings = { dataDir, historySize: 1, historyTtl: 1 };
    const tokens = [await tokenFor()];
    for (const jti of ['t0', 't599']) tokens.push(await tokenFor({ sub: 'bob', jti }));
    const first = await start(settings);
    await first.orders.revoke({ user: 'ann' });
    await Promise.all(Array.from({ length: 600 }, async (_, i) => first.orders.revoke({ token: `t${i}` })));
    await first.app.close();
    const second = await start(settings);
    for (const token of tokens) expect(await refusalOf(`${second.wsUrl}/ws`, token)).toMatchObject({ status: 401 });
    await second.app.close();
    rmSync(dataDir, { recursive: true });
  });

  it('cannot be read or changed by clients, whose channels have other names', async () => {
    const server = await start();
    const client = await connect(server, await tokenFor({ admin: true }));
    for (const event of ['join', 'history', 'message']) {
      expect((await client.ask(event, { channel: '$orders', text: 'x' })).data).toMatchObject({ code: 'invalid' });
    }
  });
});

describeWithRedis('on two nodes', () => {
  let redis: RedisServer;
  beforeEach(async () => (redis = await RedisServer.start()));
  afterEach(async () => redis.remove());

  const node = async () => start({ engine: 'redis', redisUrl: redis.url });

  it('what is ordered at one is carried out at both', async () => {
    const [here, there] = [await node(), await node()];
    const token = await tokenFor();
    const revoked = await connect(there, token);
    const removed = await Client.open(`${there.wsUrl}/ws`);
    const { data } = await removed.event('welcome');
    await here.orders.revoke({ user: 'ann' });
    await here.orders.removeConnection(String(data?.['connection']));
    expect(await revoked.closed).toMatchObject({ code: 4500 });
    expect(await removed.closed).toMatchObject({ code: 4501 });
    expect(await refusalOf(`${there.wsUrl}/ws`, token)).toMatchObject({ status: 401 });
    await Promise.all([here.app.close(), there.app.close()]);
  });

  it('one that starts later knows what was revoked', async () => {
    const here = await node();
    // Issued before: what is issued in a later second is a new token.
    const token = await tokenFor();
    await here.orders.revoke({ user: 'ann' });
    const later = await node();
    expect(await refusalOf(`${later.wsUrl}/ws`, token)).toMatchObject({ status: 401 });
    await Promise.all([here.app.close(), later.app.close()]);
  });

  it('one that cannot know yet takes no token, and tells so; a guest comes in', async () => {
    await redis.kill();
    const server = await node();
    const { status, body } = await refusalOf(`${server.wsUrl}/ws`, await tokenFor());
    expect([status, JSON.parse(body)]).toEqual([503, expect.objectContaining({ code: 'unavailable' })]);
    const guest = await Client.welcomed(`${server.wsUrl}/ws`);
    expect((await guest.ask('auth', { token: await tokenFor() })).data).toMatchObject({ code: 'unavailable' });
    await server.app.close();
    await redis.begin();
  });

  it('an order is not acknowledged that could not be kept', async () => {
    const server = await node();
    await redis.kill();
    await expect(server.orders.revoke({ user: 'ann' })).rejects.toMatchObject({ data: { code: 'unavailable' } });
    await server.app.close();
    await redis.begin();
  });
});
