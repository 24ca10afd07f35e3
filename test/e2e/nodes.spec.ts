/** Several nodes on one Redis: what is said at one is heard at all, and who leaves one goes on at another. */
import { describeWithRedis, RedisServer } from '../../src/engine/redis/redis-server.contract.ts';
import { Client } from '../support/client.ts';
import { startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';

describeWithRedis('two nodes on one Redis', () => {
  let redis: RedisServer;
  let here: ServerProcess;
  let there: ServerProcess;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { ENGINE: 'redis', REDIS_URL: redis.url };
    [here, there] = await Promise.all([startServer(env), startServer(env)]);
  });

  afterAll(async () => {
    await Promise.all([here.stop(), there.stop()]);
    await redis.remove();
  });

  it('say at both what was said at one, on both endpoints', async () => {
    const near = await Client.joined(`${here.wsUrl}/ws`, 'announcements');
    const far = await Client.joined(`${there.wsUrl}/ws`, 'announcements');
    const plain = await Client.open(there.wsUrl);
    expect(await plain.json()).toMatchObject({ system: true });

    const ack = await near.ask('message', { channel: 'announcements', text: 'hello' });
    expect(ack.data).toMatchObject({ offset: 1, duplicate: false });
    expect((await far.event('message')).data).toMatchObject({ offset: 1, text: 'hello' });
    expect(await plain.json()).toMatchObject({ text: 'hello' });
    for (const client of [near, far, plain]) client.socket.terminate();
  });

  it('append a message once that is sent again at the other under the same key', async () => {
    const client = 'client=0123456789abcdef';
    const near = await Client.welcomed(`${here.wsUrl}/ws?${client}`);
    const far = await Client.welcomed(`${there.wsUrl}/ws?${client}`);
    const message = { channel: 'keys', text: 'once', key: 'k' };
    const first = await near.ask('message', message);
    const again = await far.ask('message', message);
    expect(again.data).toEqual({ ...first.data, duplicate: true });
    for (const each of [near, far]) each.socket.terminate();
  });

  it('give a client that comes back to the other what it missed', async () => {
    const near = await Client.welcomed(`${here.wsUrl}/ws`);
    const joined = await near.ask('join', { channel: 'resume' });
    const { epoch } = joined.data as { epoch: string };
    near.socket.terminate();
    await near.closed;

    const author = await Client.welcomed(`${here.wsUrl}/ws`);
    for (const text of ['one', 'two', 'three']) await author.ask('message', { channel: 'resume', text });

    const back = await Client.welcomed(`${there.wsUrl}/ws`);
    const ack = await back.ask('join', { channel: 'resume', since: { epoch, offset: 0 } });
    expect(ack.data).toMatchObject({ offset: 0, recovered: true });
    const texts = [];
    for (let i = 0; i < 3; i += 1) texts.push((await back.event('message')).data?.['text']);
    expect(texts).toEqual(['one', 'two', 'three']);
    for (const each of [author, back]) each.socket.terminate();
  });

  // The messages behind a deleted one used to be told under the offsets of those before them, and the last of them twice.
  it('tell a gap where an operator deleted messages, the newest too, and keep the offsets of the others', async () => {
    const near = await Client.welcomed(`${here.wsUrl}/ws`);
    for (const text of ['one', 'two', 'three', 'four']) await near.ask('message', { channel: 'holes', text });
    const client = redis.client();
    expect(await client.xdel('belfry:{holes}:log', '2-0', '4-0')).toBe(2);
    client.disconnect();
    await near.ask('join', { channel: 'holes', last: 4 });
    const told = [];
    for (let i = 0; i < 4; i += 1) {
      const { event, data } = await near.json();
      told.push([event, event === 'gap' ? [data?.['from'], data?.['to']] : [data?.['offset'], data?.['text']]]);
    }
    expect(told).toEqual([
      ['message', [1, 'one']],
      ['gap', [2, 2]],
      ['message', [3, 'three']],
      ['gap', [4, 4]],
    ]);
    await near.ask('message', { channel: 'holes', text: 'five' });
    near.socket.terminate();
  });

  it('tell clients of a quiet channel that its log was lost', async () => {
    const quiet = await Client.welcomed(`${here.wsUrl}/ws`);
    const author = await Client.welcomed(`${there.wsUrl}/ws`);
    await author.ask('message', { channel: 'lost', text: 'one' });
    const joined = await quiet.ask('join', { channel: 'lost' });
    const { epoch, offset } = joined.data as { epoch: string; offset: number };

    await redis.kill();
    await redis.begin();
    expect((await quiet.closed).code).toBe(1012);

    const back = await Client.welcomed(`${here.wsUrl}/ws`);
    const ack = await back.ask('join', { channel: 'lost', since: { epoch, offset } });
    expect(ack.data).toMatchObject({ recovered: false });
    expect(ack.data?.['epoch']).not.toBe(epoch);
    for (const each of [author, back]) each.socket.terminate();
  });
});
