import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SettingsModule } from '../settings/settings.module.ts';
import { settingsWith } from '../settings/settings.ts';
import type { Settings } from '../settings/settings.ts';
import { CHANNEL_LOG } from './channel-log.ts';
import type { ChannelLog } from './channel-log.ts';
import { EngineStartError } from './engine-start-error.ts';
import { EngineModule } from './engine.module.ts';
import { EngineUnavailable } from './engine-unavailable.ts';
import { PRESENCE_STORE } from './presence-store.ts';
import type { PresenceStore } from './presence-store.ts';
import { describeWithRedis, RedisServer } from './redis/redis-server.contract.ts';

let place: string;
beforeEach(async () => (place = await mkdtemp(join(tmpdir(), 'belfry-module-'))));
afterEach(() => rm(place, { recursive: true }));

@Module({})
class AppModule {
  static for(overrides: Partial<Settings>): DynamicModule {
    const settings = settingsWith({ historySize: 5, ...overrides });
    return { module: AppModule, imports: [SettingsModule.forRoot(settings), EngineModule] };
  }
}

const start = (settings: Partial<Settings>): Promise<INestApplicationContext> =>
  NestFactory.createApplicationContext(AppModule.for(settings), { logger: false, abortOnError: false });

test('the engine is there for every room, from the settings, and is let go of at the end', async () => {
  const directory = join(place, 'data');
  const app = await start({ dataDir: directory });
  const log = app.get<ChannelLog>(CHANNEL_LOG);
  const presence = app.get<PresenceStore>(PRESENCE_STORE);
  await log.append('a', { from: 'u1', text: 'one' });
  await presence.enter('a', { id: 'u1' }, 'c1');
  expect(await readdir(directory)).toContain('owner.sock');
  await app.close();
  expect(await readdir(directory)).not.toContain('owner.sock');
  await expect(log.reach('a')).rejects.toThrow(EngineUnavailable);
  await expect(presence.list('a')).rejects.toThrow(EngineUnavailable);
});

test('a server whose engine cannot start does not start, and says why', async () => {
  await writeFile(join(place, 'file'), '');
  await expect(start({ dataDir: join(place, 'file', 'data') })).rejects.toThrow(EngineStartError);
});

describeWithRedis('with ENGINE=redis', () => {
  test('two servers share their channels and who is in them, and leave nothing open', async () => {
    const redis = await RedisServer.start();
    const settings: Partial<Settings> = { engine: 'redis', redisUrl: redis.url };
    const [one, two] = [await start(settings), await start(settings)];
    await one.get<ChannelLog>(CHANNEL_LOG).append('a', { from: 'u1', text: 'one' });
    await one.get<PresenceStore>(PRESENCE_STORE).enter('a', { id: 'u1' }, 'c1');
    const log = two.get<ChannelLog>(CHANNEL_LOG);
    expect(await log.reach('a')).toMatchObject({ head: 1 });
    expect(await two.get<PresenceStore>(PRESENCE_STORE).list('a')).toEqual([{ id: 'u1', connections: 1 }]);
    await Promise.all([one.close(), two.close()]);
    await expect(log.reach('a')).rejects.toThrow(EngineUnavailable);
    const client = redis.client();
    expect(String(await client.call('CLIENT', 'LIST')).match(/name=belfry /g)).toBeNull();
    client.disconnect();
    await redis.remove();
  });

  test('a server that Redis does not let in does not start', async () => {
    const redis = await RedisServer.start('--requirepass', 'secret');
    await expect(start({ engine: 'redis', redisUrl: redis.url })).rejects.toThrow(EngineStartError);
    await redis.remove();
  });
});
