import { parseRedisUrl } from '../../../settings/redis-url.ts';
import { EngineStartError } from '../../engine-start-error.ts';
import { RedisConnection } from './connection.ts';

/**
 * Connects to the Redis that REDIS_URL says.
 *
 * @param tell as `RedisConnection.open`
 * @throws EngineStartError as `RedisConnection.open`, and for a URL that cannot be read
 */
export async function openRedis(url = '', tell: (sentence: string) => void): Promise<RedisConnection> {
  const target = parseRedisUrl(url);
  if (!target) throw new EngineStartError('REDIS_URL cannot be read: say where Redis is.');
  return RedisConnection.open(target, tell);
}
