import { numbers, said, until } from '../../log-under-test.contract.ts';
import { RedisConnection } from '../connection/connection.ts';
import { Nodes, offsetsOf } from '../nodes.contract.ts';
import { describeWithRedis, RedisServer } from '../redis-server.contract.ts';
import { ChannelStore } from './channel-store.ts';
import type { Call } from './channel-store.ts';

const TERMS = { retention: () => ({ size: 1000, ttl: 60_000 }), idempotencyTtl: 60_000, now: Date.now };

const call = (number: number): Call => ({
  channel: 'a',
  number,
  at: Date.now(),
  messages: [{ from: 'u1', tail: ',"from":"u1","text":"x","at":' }],
});

describeWithRedis('several nodes', () => {
  const nodes = new Nodes();
  let server: RedisServer;
  beforeAll(async () => (server = await RedisServer.start()));
  afterAll(() => server.remove());
  afterEach(async () => {
    await nodes.close();
    const client = server.client();
    await client.flushall();
    client.disconnect();
  });

  test('hear each other, in order and without a gap, while all of them talk', async () => {
    const all = [await nodes.open(server), await nodes.open(server), await nodes.open(server)];
    await Promise.all(all.map(({ log }) => log.watch('a')));
    await Promise.all(
      all.flatMap(({ log }) =>
        numbers(8).map(async () => {
          for (const n of numbers(25)) await log.append('a', said(`${n}`));
        }),
      ),
    );
    for (const node of all) {
      await until(() => Promise.resolve(offsetsOf(node).length >= 600));
      expect(offsetsOf(node)).toEqual(numbers(600));
    }
    expect(all[0]?.news).not.toHaveLength(600);
  });

  test('recognise a message that is sent to one and then to another', async () => {
    const [one, two] = [await nodes.open(server), await nodes.open(server)];
    const first = await one.log.append('a', { ...said('one'), key: 'k' });
    expect(await two.log.append('a', { ...said('one'), key: 'k' })).toEqual({ ...first, duplicate: true });
  });

  test('lose nothing when their news are cut again and again', async () => {
    const [one, two] = [await nodes.open(server), await nodes.open(server)];
    await two.log.watch('a');
    const client = server.client();
    for (const n of numbers(60)) {
      if (n % 20 === 10) await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await one.log.append('a', said(`${n}`));
    }
    client.disconnect();
    await until(() => Promise.resolve(offsetsOf(two).length >= 60));
    expect(offsetsOf(two)).toEqual(numbers(60));
  });

  describe('whose news get lost', () => {
    let connection: RedisConnection;
    let silent: ChannelStore;
    beforeEach(async () => {
      connection = await RedisConnection.open(server.target, () => {});
      // What is published for a Cluster's subscribers is heard by nobody here.
      silent = new ChannelStore(Object.create(connection, { isCluster: { value: true } }) as RedisConnection, TERMS);
    });
    afterEach(() => connection.close());

    test('read what is missing as soon as the next message shows it', async () => {
      const [node, other] = [await nodes.open(server), await nodes.open(server)];
      await node.log.watch('a');
      for (const n of numbers(3)) await silent.append(call(n));
      expect(offsetsOf(node)).toEqual([]);
      await other.log.append('a', said('four'));
      await until(() => Promise.resolve(node.news.length > 0));
      expect(offsetsOf(node)).toEqual(numbers(4));
    });

    test('read what is missing before their own message is acknowledged', async () => {
      const node = await nodes.open(server);
      await node.log.watch('a');
      for (const n of numbers(3)) await silent.append(call(n));
      await node.log.append('a', said('four'));
      expect(offsetsOf(node)).toEqual(numbers(4));
    });

    test('find the last message of a quiet channel by looking', async () => {
      const node = await nodes.open(server, { check: 20 });
      await node.log.watch('a');
      await silent.append(call(1));
      await until(() => Promise.resolve(node.news.length > 0));
      expect(offsetsOf(node)).toEqual([1]);
    });

    test('leave a long absence to the cursors, and tell the newest message', async () => {
      const node = await nodes.open(server);
      await node.log.watch('a');
      const { messages } = call(1);
      for (const n of numbers(12)) {
        await silent.append({ ...call(n), messages: numbers(500).flatMap(() => messages) });
      }
      await node.log.append('a', said('last'));
      expect(offsetsOf(node)).toEqual([6001]);
    });

    test('refuse a call that comes after a later one, and answer one that comes twice', async () => {
      const first = await silent.append(call(2));
      expect(await silent.append(call(2))).toEqual(first);
      expect(await silent.append(call(1))).toBeUndefined();
      expect((await silent.reach('a')).head).toBe(1);
    });
  });
});
