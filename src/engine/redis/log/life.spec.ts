import { all, numbers, said, texts, until } from '../../log-under-test.contract.ts';
import { Nodes } from '../nodes.contract.ts';
import type { Node } from '../nodes.contract.ts';
import { describeWithRedis, RedisServer } from '../redis-server.contract.ts';

const KEPT_BY_DISK = ['--appendonly', 'yes', '--appendfsync', 'always'];
const NEARLY_KEPT = ['--appendonly', 'yes', '--appendfsync', 'everysec'];

/** Whether a node heard that its channel has begun anew, and in which epoch it is now. */
const heardOfIt = async (node: Node, channel: string): Promise<string> => {
  await until(() => Promise.resolve(node.resets.length > 0));
  const { epoch } = await node.log.reach(channel);
  expect(node.resets).toEqual([`${channel} ${epoch}`]);
  return epoch;
};

describeWithRedis('the life of a channel', () => {
  const nodes = new Nodes();
  let server: RedisServer;
  afterEach(async () => {
    await nodes.close();
    await server.remove();
  });

  const restart = async (...args: readonly string[]): Promise<void> => {
    await server.kill();
    await server.begin(...args);
  };

  test('ends with a Redis that lost everything; all nodes hear of it, though nobody says anything', async () => {
    server = await RedisServer.start();
    const [one, two] = [await nodes.open(server), await nodes.open(server)];
    await Promise.all([one.log.watch('a'), two.log.watch('a')]);
    const { epoch } = await one.log.append('a', said('one'));
    await restart();
    const now = await heardOfIt(two, 'a');
    expect(await heardOfIt(one, 'a')).toBe(now);
    expect(now).not.toBe(epoch);
    expect(await one.log.append('a', said('again'))).toMatchObject({ epoch: now, offset: 1 });
  });

  test('ends with a Redis that came back without its last messages; those that are left stay', async () => {
    server = await RedisServer.start('--dbfilename', 'dump.rdb');
    const node = await nodes.open(server);
    await node.log.watch('a');
    const { epoch } = await node.log.append('a', said('kept'));
    const client = server.client();
    await client.save();
    client.disconnect();
    await node.log.append('a', said('lost'));
    await restart('--dbfilename', 'dump.rdb');
    const [appended] = await Promise.all([node.log.append('a', said('next')), heardOfIt(node, 'a')]);
    expect(appended.offset).toBe(2);
    expect(appended.epoch).not.toBe(epoch);
    expect(texts((await all(node.log, 'a')).entries)).toEqual(['kept', 'next']);
  });

  test('ends with a Redis that flushes every second, as nobody can tell whether it lost some', async () => {
    server = await RedisServer.start(...NEARLY_KEPT);
    const node = await nodes.open(server);
    await node.log.watch('a');
    const { epoch } = await node.log.append('a', said('one'));
    await restart(...NEARLY_KEPT);
    expect(await heardOfIt(node, 'a')).not.toBe(epoch);
  });

  test('goes on with a Redis that flushes always, and nothing acknowledged is missing', async () => {
    server = await RedisServer.start(...KEPT_BY_DISK);
    const node = await nodes.open(server);
    await node.log.watch('a');
    const { epoch } = await node.log.append('a', said('0'));
    const acknowledged: number[] = [];
    const talk = Promise.all(
      numbers(8).map(async () => {
        for (const n of numbers(40)) {
          const { offset } = await node.log.append('a', said(`${n}`));
          acknowledged.push(offset);
        }
      }),
    );
    await until(() => Promise.resolve(acknowledged.length > 100));
    await restart(...KEPT_BY_DISK);
    await talk;
    const page = await all(node.log, 'a');
    expect(page).toMatchObject({ epoch, head: 321, first: 1 });
    expect(new Set(acknowledged).size).toBe(320);
    expect(node.resets).toEqual([]);
    await until(() => Promise.resolve(node.news.at(-1)?.entries.at(-1)?.offset === 321));
    expect(node.news.flatMap(({ entries }) => entries.map(({ offset }) => offset))).toEqual(numbers(321));
  });

  test('ends although Redis flushes always, where a replica may take over', async () => {
    server = await RedisServer.start(...KEPT_BY_DISK);
    const replica = await RedisServer.start('--replicaof', '127.0.0.1', `${server.port}`);
    const client = server.client();
    await until(async () => (await client.info('replication')).includes('state=online'));
    client.disconnect();
    const node = await nodes.open(server);
    await node.log.watch('a');
    const { epoch } = await node.log.append('a', said('one'));
    await replica.remove();
    await restart(...KEPT_BY_DISK);
    expect(await heardOfIt(node, 'a')).not.toBe(epoch);
  });

  test('ends when the data goes while Redis runs on, which is found by the next look', async () => {
    server = await RedisServer.start();
    const node = await nodes.open(server, { check: 20 });
    await node.log.watch('a');
    const { epoch } = await node.log.append('a', said('one'));
    const client = server.client();
    await client.flushall();
    client.disconnect();
    expect(await heardOfIt(node, 'a')).not.toBe(epoch);
  });

  test('ends when the log goes backwards while Redis runs on', async () => {
    server = await RedisServer.start();
    const node = await nodes.open(server, { check: 20 });
    await node.log.watch('a');
    await node.log.append('a', said('one'));
    const client = server.client();
    const [record, stream] = await Promise.all([
      client.dumpBuffer('belfry:{a}:record'),
      client.dumpBuffer('belfry:{a}:log'),
    ]);
    const { epoch } = await node.log.append('a', said('two'));
    await client
      .multi()
      .restore('belfry:{a}:record', 0, record, 'REPLACE')
      .restore('belfry:{a}:log', 0, stream, 'REPLACE')
      .exec();
    client.disconnect();
    expect(await heardOfIt(node, 'a')).not.toBe(epoch);
    expect((await node.log.append('a', said('two'))).offset).toBe(2);
  });
});
