import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SettingsModule } from '../settings/settings.module.ts';
import { settingsWith } from '../settings/settings.ts';
import { CHANNEL_LOG } from './channel-log.ts';
import type { ChannelLog } from './channel-log.ts';
import { EngineStartError } from './engine-start-error.ts';
import { EngineModule } from './engine.module.ts';
import { EngineUnavailable } from './engine-unavailable.ts';
import { PRESENCE_STORE } from './presence-store.ts';
import type { PresenceStore } from './presence-store.ts';

let place: string;
beforeEach(async () => (place = await mkdtemp(join(tmpdir(), 'belfry-module-'))));
afterEach(() => rm(place, { recursive: true }));

@Module({})
class AppModule {
  static for(dataDir: string): DynamicModule {
    const settings = settingsWith({ dataDir, historySize: 5 });
    return { module: AppModule, imports: [SettingsModule.forRoot(settings), EngineModule] };
  }
}

const start = (dataDir: string): Promise<INestApplicationContext> =>
  NestFactory.createApplicationContext(AppModule.for(dataDir), { logger: false, abortOnError: false });

test('the engine is there for every room, from the settings, and is let go of at the end', async () => {
  const directory = join(place, 'data');
  const app = await start(directory);
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
  await expect(start(join(place, 'file', 'data'))).rejects.toThrow(EngineStartError);
});
