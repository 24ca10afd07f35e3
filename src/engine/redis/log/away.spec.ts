import { EngineUnavailable } from '../../engine-unavailable.ts';
import { all, numbers, said, texts, until } from '../../log-under-test.contract.ts';
import { FaultyLine } from '../line.contract.ts';
import { Nodes, offsetsOf } from '../nodes.contract.ts';
import { describeWithRedis, freePort, RedisServer, targetOf } from '../redis-server.contract.ts';

/** Milliseconds until a promise rejects with EngineUnavailable. */
const patience = async (promise: Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await expect(promise).rejects.toThrow(EngineUnavailable);
  return performance.now() - start;
};

describeWithRedis('while Redis is away', () => {
  const nodes = new Nodes();
  let server: RedisServer;
  beforeEach(async () => (server = await RedisServer.start()));
  afterEach(async () => {
    await nodes.close();
    await server.remove();
  });

  test('publishing, reading and joining are refused after 2 s, health says so, and all goes on by itself', async () => {
    const { log, troubles } = await nodes.open(server);
    await log.watch('a');
    await log.append('a', said('one'));
    await server.kill();
    const waits = await Promise.all(
      [log.append('a', said('lost')), log.reach('a'), log.watch('b')].map((promise) => patience(promise)),
    );
    for (const wait of waits) {
      expect(wait).toBeGreaterThan(1900);
      expect(wait).toBeLessThan(2500);
    }
    expect(await log.health()).toMatchObject({ status: 'down', reason: expect.stringContaining('away') as string });
    await server.begin();
    await until(async () => (await log.health()).status === 'up');
    await log.append('a', said('two'));
    expect(texts((await all(log, 'a')).entries)).toEqual(['two']);
    expect(troubles).toEqual([expect.stringMatching(/^Redis is away .*/) as string, 'Redis is there again.']);
  });

  // A read that was given up used to stay behind and to be sent when Redis was back: all those of a long outage at once.
  test('what was given up meanwhile is not asked for any more when it comes back', async () => {
    const { log } = await nodes.open(server);
    await server.kill();
    await Promise.all(numbers(50).map(() => patience(log.reach('a'))));
    await server.begin();
    await until(async () => (await log.health()).status === 'up');
    await log.append('a', said('one'));
    const client = server.client();
    const calls = [...(await client.info('commandstats')).matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)];
    client.disconnect();
    expect(calls.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(1);
  });

  test('publishing waits, and goes through when it comes back in time', async () => {
    const { log } = await nodes.open(server);
    await log.append('a', said('one'));
    await server.kill();
    const waiting = numbers(5).map((n) => log.append('a', said(`${n}`)));
    await server.begin();
    expect((await Promise.all(waiting)).map(({ offset }) => offset)).toEqual(numbers(5));
  });

  test('a server starts, is not ready, and becomes ready when Redis comes', async () => {
    await server.kill();
    const { log } = await nodes.open(server);
    expect(await log.health()).toMatchObject({ status: 'down' });
    await server.begin();
    await until(async () => (await log.health()).status === 'up');
    expect((await log.append('a', said('one'))).offset).toBe(1);
  });

  test('a Redis that is only stopped is noticed within a second, and gone on with', async () => {
    const { log, news } = await nodes.open(server);
    await log.watch('a');
    await log.append('a', said('one'));
    server.signal('SIGSTOP');
    const asked = performance.now();
    const [health, wait] = await Promise.all([log.health(), patience(log.append('a', { ...said('two'), key: 'k' }))]);
    expect(health.status).toBe('down');
    expect(wait).toBeLessThan(2500);
    // By now the connection has been cut, too.
    while (performance.now() - asked < 3500) await log.health();
    server.signal('SIGCONT');
    await until(async () => (await log.health()).status === 'up');
    const { offset } = await log.append('a', { ...said('two'), key: 'k' });
    expect(offset).toBe(2);
    await until(() => Promise.resolve(news.length > 1));
    expect(texts((await all(log, 'a')).entries)).toEqual(['one', 'two']);
    expect(offsetsOf({ log, news, resets: [], troubles: [] })).toEqual([1, 2]);
  });

  // The connection stays, so that there is no other occasion to look at it again.
  test('one that lets us in and answers nothing is asked again, until it answers', async () => {
    const { log } = await nodes.open(server);
    await log.append('a', said('one'));
    const client = server.client();
    await client.call('ACL', 'SETUSER', 'default', '-info');
    for (const type of ['pubsub', 'normal']) await client.call('CLIENT', 'KILL', 'TYPE', type);
    await until(async () => (await log.health()).status === 'down');
    await expect(log.reach('a')).rejects.toThrow(EngineUnavailable);
    await client.call('ACL', 'SETUSER', 'default', '+info');
    client.disconnect();
    await until(async () => (await log.health()).status === 'up');
    expect((await log.append('a', said('two'))).offset).toBe(2);
  });

  test('closing does not wait for it without end', async () => {
    const { log } = await nodes.open(server);
    await server.kill();
    const waiting = patience(log.append('a', said('one')));
    await log.close();
    expect(await waiting).toBeLessThan(2500);
  });

  describe('an answer that is lost on its way', () => {
    let line: FaultyLine;
    beforeEach(async () => (line = await FaultyLine.open(server.port)));
    afterEach(() => line.close());

    test('is asked for again, and the message is there once', async () => {
      const { log } = await nodes.open(line);
      await log.append('a', said('zero'));
      line.isDeaf = true;
      const appended = log.append('a', said('one'));
      const client = server.client();
      await until(async () => (await client.xlen('belfry:{a}:log')) === 2);
      client.disconnect();
      line.isDeaf = false;
      line.hangUp();
      expect(await appended).toMatchObject({ offset: 2, duplicate: false });
      await log.append('a', said('two'));
      expect(texts((await all(log, 'a')).entries)).toEqual(['zero', 'one', 'two']);
    });

    test('is not waited for without end: a line that swallows everything is left for another', async () => {
      const { log } = await nodes.open(line);
      await log.append('a', said('one'));
      line.swallow();
      await patience(log.append('a', said('lost')));
      await until(async () => (await log.health()).status === 'up');
      expect((await log.append('a', said('two'))).offset).toBe(2);
    });
  });
});

describeWithRedis('a REDIS_URL', () => {
  const nodes = new Nodes();
  afterEach(() => nodes.close());

  test('with the wrong password stops the start, and says so without the password', async () => {
    const server = await RedisServer.start('--requirepass', 'right');
    const opening = nodes.open({ target: targetOf(`redis://:wrong@127.0.0.1:${server.port}`) });
    await expect(opening).rejects.toThrow(/does not let Belfry in.*REDIS_URL/);
    await expect(opening).rejects.not.toThrow(/wrong@/);
    const { log } = await nodes.open({ target: targetOf(`redis://:right@127.0.0.1:${server.port}`) });
    expect((await log.append('a', said('one'))).offset).toBe(1);
    await nodes.close();
    await server.remove();
  });

  test('where nobody listens is no reason not to start', async () => {
    const { troubles } = await nodes.open({ target: targetOf(`redis://127.0.0.1:${await freePort()}`) });
    expect(troubles).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });
});
