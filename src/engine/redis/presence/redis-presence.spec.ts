import { until } from '../../log-under-test.contract.ts';
import { describePresenceStore } from '../../presence-store.contract.ts';
import type { PresenceChange } from '../../presence-store.ts';
import { RedisConnection } from '../connection/connection.ts';
import { describeWithRedis, RedisServer } from '../redis-server.contract.ts';
import { RedisPresence } from './redis-presence.ts';

const NEVER = 1_000_000;
const ann = { id: 'u1', name: 'Ann Other' };

describeWithRedis('presence in Redis', () => {
  let server: RedisServer;
  beforeAll(async () => (server = await RedisServer.start()));
  afterAll(() => server.remove());
  afterEach(async () => {
    const client = server.client();
    await client.flushall();
    client.disconnect();
  });

  describePresenceStore('Redis', async () => {
    let now = 1_000_000;
    const connection = await RedisConnection.open(server.target, () => {});
    const store = new RedisPresence(connection, { now: () => now, tick: NEVER });
    return {
      store,
      pass: async (milliseconds) => {
        for (let left = milliseconds; left > 0; left -= 1000) {
          now += Math.min(left, 1000);
          await store.tick();
        }
      },
      close: async () => {
        await store.close();
        await connection.close();
      },
    };
  });

  // It used to be thrown where nobody could catch it, and ended the process of every node that heard it.
  test('takes no harm from what somebody else publishes', async () => {
    const connection = await RedisConnection.open(server.target, () => {});
    const store = new RedisPresence(connection, { tick: NEVER });
    const changes: string[] = [];
    store.onChanged(({ change, user }: PresenceChange) => changes.push(`${change} ${user.id}`));
    await store.enter('a', ann, 'c1');
    const client = server.client();
    for (const news of ['x joined {', 'x left', 'x', '']) await client.publish('belfry:{a}:presence', news);
    client.disconnect();
    await store.enter('a', { id: 'u2' }, 'c2');
    expect(changes).toEqual(['joined u1', 'joined u2']);
    await store.close();
    await connection.close();
  });

  // Redis knew the script for leaving and not that for entering: the entry was sent again, behind the leave.
  test('somebody who comes and goes at once is not left behind', async () => {
    const client = server.client();
    await client.script('FLUSH');
    client.disconnect();
    const connection = await RedisConnection.open(server.target, () => {});
    const store = new RedisPresence(connection, { tick: NEVER });
    await store.leave('a', ann, 'c0');
    await Promise.all([store.enter('a', ann, 'c1'), store.leave('a', ann, 'c1')]);
    expect(await store.list('a')).toEqual([]);
    await store.close();
    await connection.close();
  });

  describe('of several nodes', () => {
    interface Node {
      readonly store: RedisPresence;
      readonly changes: string[];
      readonly connection: RedisConnection;
    }
    let now: number;
    let nodes: Node[];

    const open = async (): Promise<Node> => {
      const connection = await RedisConnection.open(server.target, () => {});
      const store = new RedisPresence(connection, { now: () => now, tick: NEVER });
      const changes: string[] = [];
      store.onChanged(({ change, user }: PresenceChange) => changes.push(`${change} ${user.id}`));
      await store.tick();
      const node = { store, changes, connection };
      nodes.push(node);
      return node;
    };

    /** As kill -9 ends a node: nothing is said any more. */
    const kill = async (node: Node): Promise<void> => {
      nodes = nodes.filter((one) => one !== node);
      await node.connection.close();
    };

    const pass = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        now += 1000;
        await Promise.all(nodes.map(({ store }) => store.tick()));
      }
    };

    beforeEach(() => {
      now = 1_000_000;
      nodes = [];
    });
    afterEach(async () => {
      for (const { store, connection } of nodes) {
        await store.close();
        await connection.close();
      }
    });

    test('a user on two of them is one user', async () => {
      const [one, two] = [await open(), await open()];
      await one.store.enter('a', { id: 'u2' }, 'c0');
      await two.store.enter('a', ann, 'c1');
      await one.store.enter('a', ann, 'c1');
      expect(await one.store.list('a')).toEqual([
        { id: 'u2', connections: 1 },
        { ...ann, connections: 2 },
      ]);
      await two.store.leave('a', ann, 'c1');
      await pass(7);
      expect(await two.store.list('a')).toHaveLength(2);
      expect(one.changes).toEqual(['joined u2', 'joined u1']);
      await one.store.leave('a', ann, 'c1');
      await pass(7);
      expect(one.changes).toEqual(['joined u2', 'joined u1', 'left u1']);
    });

    test('the users of one that dies leave within 15 s, once, unless they are elsewhere', async () => {
      const [one, two, three] = [await open(), await open(), await open()];
      await one.store.enter('a', { id: 'u2' }, 'c0');
      await two.store.enter('a', { id: 'u2' }, 'c0');
      await two.store.enter('a', ann, 'c1');
      await three.store.enter('a', { id: 'u3' }, 'c0');
      await until(() => Promise.resolve(one.changes.length === 3));
      await kill(two);
      await pass(15);
      expect(await one.store.list('a')).toEqual([
        { id: 'u2', connections: 1 },
        { id: 'u3', connections: 1 },
      ]);
      await until(() => Promise.resolve(one.changes.length > 3 && three.changes.length > 1));
      await pass(15);
      expect(one.changes).toEqual(['joined u2', 'joined u1', 'joined u3', 'left u1']);
      expect(three.changes).toEqual(['joined u3', 'left u1']);
    });

    test('the grace of one that dies is looked after by the others', async () => {
      const [one, two] = [await open(), await open()];
      await one.store.enter('a', { id: 'u2' }, 'c0');
      await two.store.enter('a', ann, 'c1');
      await two.store.leave('a', ann, 'c1');
      await kill(two);
      await pass(15);
      expect(one.changes).toEqual(['joined u2', 'joined u1', 'left u1']);
    });

    test('the users of one that leaves in good order leave after their grace', async () => {
      const [one, two] = [await open(), await open()];
      await one.store.enter('a', { id: 'u2' }, 'c0');
      await two.store.enter('a', ann, 'c1');
      await two.store.leave('a', ann, 'c1');
      await two.store.close();
      await kill(two);
      await pass(7);
      expect(one.changes).toEqual(['joined u2', 'joined u1', 'left u1']);
    });

    test('one that was held up for a while has its users back, and nobody was told', async () => {
      const [one, two] = [await open(), await open()];
      await one.store.enter('a', ann, 'c0');
      await two.store.enter('a', { id: 'u2' }, 'c0');
      for (let second = 0; second < 7; second += 1) {
        now += 1000;
        await two.store.tick();
      }
      expect(await two.store.list('a')).toHaveLength(1);
      await pass(10);
      expect(await two.store.list('a')).toHaveLength(2);
      expect(two.changes).toEqual(['joined u2']);
    });

    test('a Redis that forgot everything is told again who is here, and nobody is told to have come', async () => {
      const [one, two] = [await open(), await open()];
      await one.store.enter('a', ann, 'c0');
      await two.store.enter('a', { id: 'u2' }, 'c0');
      await server.kill();
      await one.store.enter('a', { id: 'u3' }, 'c3');
      await one.store.leave('a', { id: 'u3' }, 'c3');
      await server.begin();
      await until(() => Promise.resolve(nodes.every(({ connection }) => connection.isReady)));
      await pass(10);
      expect((await two.store.list('a')).map(({ id }) => id).toSorted()).toEqual(['u1', 'u2']);
      expect([one.changes, two.changes]).toEqual([['joined u1', 'joined u2'], ['joined u2']]);
    });

    test('nothing is left behind when everybody has gone', async () => {
      const [one] = [await open()];
      await one.store.enter('a', ann, 'c0');
      await one.store.leave('a', ann, 'c0');
      await pass(8);
      const client = server.client();
      expect(await client.keys('*')).toEqual(['belfry:nodes']);
      expect(await client.pubsub('CHANNELS')).toEqual([]);
      client.disconnect();
    });
  });
});
