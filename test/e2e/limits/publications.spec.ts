/** How much users may publish: RATE_LIMIT and CHANNEL_RATE_LIMIT. */
import request from 'supertest';
import { WebSocket } from 'ws';
import { Belfry } from '../../../client/sdk/index.ts';
import { ChannelsService } from '../../../src/channels/channels.service.ts';
import { Api, keyFile, newKey } from '../../support/api.ts';
import { Client } from '../../support/client.ts';
import type { Json } from '../../support/client.ts';
import { startBelfry } from '../../support/in-process.ts';
import { startServer } from '../../support/server-process.ts';

/** Publishes once, and returns the answer. */
const say = async (client: Client, channel = 'news', key?: string): Promise<Json> =>
  client.ask('message', { channel, text: 'hear', ...(key !== undefined && { key }) });

/** How many of so many publications were taken. */
async function taken(client: Client, count: number, channel?: string): Promise<number> {
  const answers: Json[] = [];
  for (let i = 0; i < count; i += 1) answers.push(await say(client, channel));
  return answers.filter(({ event }) => event === 'ack').length;
}

describe('RATE_LIMIT', () => {
  it('answers what a user publishes beyond a burst `too_many_requests`, with when to come back', async () => {
    const { wsUrl } = await startBelfry({ rateLimit: 1 });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (let i = 0; i < 10; i += 1) expect((await say(client)).event).toBe('ack');
    const { event, data } = await say(client);
    expect(event).toBe('error');
    expect(data).toMatchObject({ code: 'too_many_requests', temporary: true, retryAfter: expect.any(Number) });
    expect(data?.['retryAfter']).toBeLessThanOrEqual(2000);
    expect((await client.ask('history', { channel: 'news' })).data).toMatchObject({ last: 10 });
  });

  it('counts a user over all connections and channels, and each user alone', async () => {
    const { wsUrl } = await startBelfry({ rateLimit: 1 });
    const ann = `${wsUrl}/ws?client=a-secret-of-anns-own`;
    const [one, two] = [await Client.welcomed(ann), await Client.welcomed(ann)];
    const bob = await Client.welcomed(`${wsUrl}/ws`);
    expect(await taken(one, 8)).toBe(8);
    expect(await taken(two, 4, 'weather')).toBe(2);
    expect(await taken(bob, 10)).toBe(10);
  });

  it('counts what is sent again under its key', async () => {
    const { wsUrl } = await startBelfry({ rateLimit: 1 });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (let i = 0; i < 10; i += 1) expect((await say(client, 'news', 'once')).data).toMatchObject({ offset: 1 });
    expect((await say(client, 'news', 'once')).data).toMatchObject({ code: 'too_many_requests' });
  });

  it('holds at `/` as well, in Chinese', async () => {
    const { wsUrl } = await startBelfry({ rateLimit: 1 });
    const client = await Client.open(wsUrl);
    await client.frame();
    for (let i = 0; i < 11; i += 1) client.send({ id: 'Ann', text: 'hear' });
    const said: Json[] = await client.jsons(11);
    expect(said.filter(({ id }) => id === 'Ann')).toHaveLength(10);
    const refused = { system: true, error: 'too_many_requests', text: expect.stringMatching(/^发送过于频繁/) };
    expect(said).toContainEqual(refused);
  });

  it('slows the library down, which gets everything through once and in order', async () => {
    const { wsUrl } = await startBelfry({ rateLimit: 50, frameRate: 60 });
    const belfry = new Belfry(`${wsUrl}/ws`, { WebSocket, queue: 1000 });
    const news = belfry.channel('news');
    const acks = await Promise.all(Array.from({ length: 600 }, async (_each, n) => news.publish({ text: String(n) })));
    expect(acks.map(({ offset }) => offset)).toEqual(acks.map((_ack, index) => index + 1));
    expect(acks.some(({ duplicate }) => duplicate)).toBe(false);
    belfry.close();
  });

  it('does not hold for the server’s own gateways, which publish by ChannelsService', async () => {
    const { app } = await startBelfry({ rateLimit: 1 });
    const channels = app.get(ChannelsService);
    const acks = await Promise.all(
      Array.from({ length: 50 }, () => channels.publish('news', { from: 'clock', text: 'tick' })),
    );
    expect(acks).toHaveLength(50);
  });

  it('is 100 by default: 1,000 come through at once', async () => {
    const server = await startServer();
    const client = await Client.welcomed(`${server.wsUrl}/ws`);
    const count = 1900;
    for (let id = 1; id <= count; id += 1)
      client.send({ event: 'message', id, data: { channel: 'news', text: 'hear' } });
    const answers = await client.jsons(count);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(count);
    const acked = answers.filter(({ event }) => event === 'ack').length;
    expect(acked).toBeGreaterThanOrEqual(1000);
    expect(acked).toBeLessThan(count);
    await server.stop();
  });
});

describe('HANDSHAKE_RATE', () => {
  it('bounds what the guests of an address publish over HTTP, who may be others with each request', async () => {
    const key = newKey();
    const { url } = await startBelfry({ handshakeRate: 1, rateLimit: 1, apiKeysFile: keyFile(key) });
    const statuses: number[] = [];
    for (let guest = 0; guest < 12; guest += 1) {
      const path = `/api/channels/news/messages?client=${String(guest).padStart(16, '0')}`;
      statuses.push((await request(url).post(path).send({ text: 'spam' })).status);
    }
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(statuses.at(-1)).toBe(429);
    await new Api(url, key.key).post('/api/channels/news/messages', { text: 'news' }).expect(201);
  });
});

describe('CHANNEL_RATE_LIMIT', () => {
  it('counts all users of a channel together, and each channel alone', async () => {
    const { wsUrl } = await startBelfry({ channelRateLimit: 1 });
    const [one, two] = [await Client.welcomed(`${wsUrl}/ws`), await Client.welcomed(`${wsUrl}/ws`)];
    expect(await taken(one, 8)).toBe(8);
    expect(await taken(two, 4)).toBe(2);
    expect(await taken(two, 4, 'weather')).toBe(4);
  });

  it('is off by default', async () => {
    const { wsUrl } = await startBelfry();
    expect(await taken(await Client.welcomed(`${wsUrl}/ws`), 30)).toBe(30);
  });
});
