import { describeChannelLog } from '../../channel-log.contract.ts';
import type { OpenLog } from '../../log-under-test.contract.ts';
import { RedisConnection } from '../connection/connection.ts';
import { RedisLog } from './redis-log.ts';
import { describeWithRedis, RedisServer } from '../redis-server.contract.ts';

describeWithRedis('one node', () => {
  let server: RedisServer;
  beforeAll(async () => (server = await RedisServer.start()));
  afterAll(() => server.remove());

  const open: OpenLog = async ({ retention, ...terms }) => {
    const client = server.client();
    await client.flushall();
    client.disconnect();
    const begin = async (): Promise<RedisLog> => {
      const connection = await RedisConnection.open(server.target, () => {});
      return new RedisLog(connection, { retention: () => retention, ...terms });
    };
    let log = await begin();
    return {
      log,
      reopen: async () => {
        await log.close();
        log = await begin();
        return log;
      },
      close: () => log.close(),
    };
  };

  describeChannelLog('Redis', open);
});
