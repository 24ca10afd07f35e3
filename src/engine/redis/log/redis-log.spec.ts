import { describeChannelLog } from '../../channel-log.contract.ts';
import { LISTED } from '../../channel-log.list.contract.ts';
import type { OpenLog } from '../../log-under-test.contract.ts';
import { RedisConnection } from '../connection/connection.ts';
import { RedisLog } from './redis-log.ts';
import { anyRedis, describeWithRedis } from '../redis-server.contract.ts';
import type { AnyRedis } from '../redis-server.contract.ts';

describeWithRedis('one node', () => {
  let redis: AnyRedis;
  beforeAll(async () => (redis = await anyRedis()));
  afterAll(() => redis.end());

  const open: OpenLog = async ({ retention, ...terms }) => {
    await redis.clear('a', 'b', 'c', 'a:b', 'new', 'silent', ...LISTED);
    const begin = async (): Promise<RedisLog> => {
      const connection = await RedisConnection.open(redis.target, () => {});
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
