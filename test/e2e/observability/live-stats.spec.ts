/** The channel `$stats`: who may hear how nodes are doing, and what they tell. */
import { describeWithRedis, RedisServer } from '../../../src/engine/redis/redis-server.contract.ts';
import { NodeMeter } from '../../../src/metrics/live/node-meter.ts';
import { STATS_CHANNEL } from '../../../src/protocol/stats.ts';
import type { NodeStats } from '../../../src/protocol/stats.ts';
import { keyFile, newKey } from '../../support/api.ts';
import { Client } from '../../support/client.ts';
import { startBelfry } from '../../support/in-process.ts';
import type { TestServer } from '../../support/in-process.ts';
import { told, watch } from '../../support/stats.ts';
import { SECRET, shown, tokenFor } from '../../support/tokens.ts';

const own = newKey();

const start = (more: Parameters<typeof startBelfry>[0] = {}): Promise<TestServer> => {
  return startBelfry({ apiKeysFile: keyFile(own), ...more });
};

const openAt = (stats: NodeStats, path: string): number => {
  return stats.gateways.find((gateway) => gateway.path === path)?.open ?? 0;
};

/** Resolves when a node finds that there is nobody to tell anything to. */
const stops = ({ app }: TestServer): Promise<void> => {
  const meter = app.get(NodeMeter, { strict: false });
  return new Promise((resolve) => {
    meter.stop = () => {
      Reflect.deleteProperty(meter, 'stop');
      meter.stop();
      resolve();
    };
  });
};

const narrow = newKey({ id: 'narrow', permissions: [{ channel: '*', allow: ['join', 'publish', 'history'] }] });

describe('$stats', () => {
  it.each([
    ['a guest', () => ''],
    ['a key that is narrowed, be it to every channel', () => narrow.key],
    ['a token that may do everything in every channel', () => tokenFor()],
  ])('is not for %s', async (_who, token) => {
    const { wsUrl } = await startBelfry({ apiKeysFile: keyFile(own, narrow), authJwtSecret: SECRET });
    const shownToken = await token();
    const client = await Client.open(`${wsUrl}/ws`, [], shownToken === '' ? {} : shown(shownToken).options);
    expect((await client.ask('join', { channel: STATS_CHANNEL })).data).toMatchObject({ code: 'forbidden' });
  });

  it('is for tokens of operators as for keys', async () => {
    const { wsUrl } = await start({ authJwtSecret: SECRET });
    const watcher = await watch(wsUrl, await tokenFor({ admin: true }));
    expect((await told(watcher, () => true)).watchers).toBe(1);
  });

  it('takes nothing from anybody, gives no history, and is the only one of the server’s own that can be heard', async () => {
    const { wsUrl } = await start();
    const watcher = await Client.open(`${wsUrl}/ws`, [], shown(own.key).options);
    for (const [event, data] of [
      ['message', { channel: STATS_CHANNEL, text: 'x' }],
      ['history', { channel: STATS_CHANNEL }],
      ['presence', { channel: STATS_CHANNEL }],
      ['join', { channel: '$orders' }],
    ] as const) {
      expect((await watcher.ask(event, data)).data).toMatchObject({ code: 'invalid' });
    }
  });

  it('tells connections, channels, messages and deliveries as they come and go, and leaves itself out', async () => {
    const { wsUrl } = await start();
    const watcher = await watch(wsUrl, own.key);
    const idle = await told(watcher, () => true);
    expect(idle).toMatchObject({ watchers: 1, isEngineUp: true, isDraining: false, channels: 0, subscriptions: 0 });
    expect(idle.rates).toMatchObject({ messages: 0, deliveries: 0 });
    expect(idle.append).toBeUndefined();
    expect(openAt(idle, '/ws')).toBe(1);

    const readers = await Promise.all([1, 2].map(() => Client.joined(`${wsUrl}/ws`, 'news')));
    expect((await told(watcher, (stats) => openAt(stats, '/ws') === 3)).subscriptions).toBe(2);
    for (let number = 0; number < 50; number += 1) {
      await readers[0]?.ask('message', { channel: 'news', text: `${number}` });
    }
    const busy = await told(watcher, ({ rates }) => rates.messages > 0);
    expect(busy.busiest).toEqual([{ channel: 'news', subscribers: 2, messages: expect.any(Number) as number }]);
    expect(busy.busiest[0]?.messages).toBeCloseTo(busy.rates.messages);
    expect(busy.rates.deliveries / busy.rates.messages).toBeCloseTo(2, 0);
    expect(busy.append?.p50).toBeGreaterThan(0);
    expect(busy.append?.p99).toBeGreaterThanOrEqual(busy.append?.p50 ?? Infinity);
    expect(busy.delivery).toBeDefined();
    await told(watcher, ({ rates }) => rates.messages === 0 && rates.deliveries === 0);

    for (const reader of readers) await reader.close();
    await told(watcher, (stats) => openAt(stats, '/ws') === 1 && stats.channels === 0);
  });

  it('names a client that does not read, with what waits for it', async () => {
    const { wsUrl } = await start({ highWater: 64 * 1024 });
    const watcher = await watch(wsUrl, own.key);
    const deaf = await Client.welcomed(`${wsUrl}/ws?name=Deaf`);
    await deaf.ask('join', { channel: 'news' });
    deaf.socket.pause();
    const author = await Client.welcomed(`${wsUrl}/ws`);
    // As much as the sockets of both ends may hold, and more.
    for (let number = 0; number < 4000; number += 1) {
      author.send({ event: 'message', data: { channel: 'news', text: 'x'.repeat(4096) } });
    }
    await author.ask('message', { channel: 'news', text: 'the last' });
    const slow = await told(watcher, ({ slowest, lagging }) => slowest.length > 0 && lagging > 0);
    expect(slow.slowest).toEqual([expect.objectContaining({ path: '/ws', unsent: expect.any(Number) as number })]);
    expect(slow.slowest[0]?.user.name).toBe('Deaf');
    deaf.socket.terminate();
    await told(watcher, ({ slowest, lagging }) => slowest.length === 0 && lagging === 0);
  });

  it('is written only while somebody listens', async () => {
    const server = await start();
    const author = await Client.joined(`${server.wsUrl}/ws`, 'news');
    await author.ask('message', { channel: 'news', text: 'x' });
    const watcher = await Client.open(`${server.wsUrl}/ws`, [], shown(own.key).options);
    await stops(server);
    expect((await watcher.ask('join', { channel: STATS_CHANNEL })).data).toMatchObject({ offset: 0 });
    await told(watcher, () => true);
    await watcher.ask('leave', { channel: STATS_CHANNEL });
    await stops(server);
  });
});

describeWithRedis('$stats of two nodes on one Redis', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(() => redis.remove());

  it('is told by both, wherever somebody watches, and stops when nobody does any more', async () => {
    const settings = { engine: 'redis', redisUrl: redis.url } as const;
    const [here, there] = await Promise.all([start(settings), start(settings)]);
    const watcher = await watch(here.wsUrl, own.key);
    const mine = await told(watcher, ({ watchers }) => watchers === 1);
    const other = await told(watcher, ({ node }) => node !== mine.node);
    expect(other.watchers).toBe(0);

    const far = await Client.joined(`${there.wsUrl}/ws`, 'news');
    await told(watcher, ({ node, subscriptions }) => node === other.node && subscriptions === 1);
    await far.ask('message', { channel: 'news', text: 'x' });
    await told(watcher, ({ node, rates }) => node === other.node && rates.messages > 0);

    await watcher.close();
    await Promise.all([stops(here), stops(there)]);
  });

  it('leads to a connection of the other node, which an operator can close', async () => {
    const settings = { engine: 'redis', redisUrl: redis.url } as const;
    const [here, there] = await Promise.all([start(settings), start(settings)]);
    const far = await Client.open(`${there.wsUrl}/ws`);
    const { connection } = (await far.event('welcome')).data as { connection: string };
    const remove = (id: string): Promise<Response> => {
      const headers = { Authorization: `Bearer ${own.key}` };
      return fetch(`${here.url}/api/connections/${id}`, { method: 'DELETE', headers });
    };
    expect((await remove(connection)).status).toBe(202);
    expect((await far.closed).code).toBe(4501);
    expect((await remove('nobody')).status).toBe(404);
  });
});
