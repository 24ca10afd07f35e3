import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Settings, SETTINGS, settingsWith } from './settings.ts';
import { SettingsModule } from './settings.module.ts';

describe('the settings', () => {
  test('have the documented defaults, without TLS, rules of channels and keys of tokens', () => {
    expect(settingsWith({})).toEqual({
      nodeEnv: 'development',
      port: 8080,
      host: '0.0.0.0',
      highWater: 262_144,
      batchWindow: 0,
      compression: false,
      heartbeatInterval: 25_000,
      heartbeatTimeout: 10_000,
      handshakeTimeout: 10_000,
      drainSeconds: 10,
      anonymous: 'publish',
      authClockTolerance: 5000,
      authMaxLifetime: 31_622_400_000,
      authQueryToken: false,
      authTimeout: 5000,
      engine: 'embedded',
      dataDir: './data',
      durability: 'commit',
      historySize: 10_000,
      historyTtl: 604_800_000,
      idempotencyTtl: 86_400_000,
      welcomeText: '你已连接公告频道',
      metrics: 'open',
      logLevel: 'info',
      logFormat: 'text',
      maxPayload: 65_536,
      maxConnections: 20_000,
      maxConnectionsPerAddress: 1000,
      maxChannels: 100,
      handshakeRate: 100,
      frameRate: 200,
      byteRate: 1_048_576,
      rateLimit: 100,
      channelRateLimit: Infinity,
      requireOrigin: false,
      trustProxy: false,
    });
  });

  test('take what an embedder overrides, out of bounds too, and keep the other defaults', () => {
    const settings = settingsWith({ heartbeatInterval: 50, tlsCertFile: 'cert.pem' });
    expect(settings).toMatchObject({ heartbeatInterval: 50, tlsCertFile: 'cert.pem', heartbeatTimeout: 10_000 });
  });

  test('cannot be changed once they are made', () => {
    expect(settingsWith({})).toBeInstanceOf(Settings);
    expect(Object.isFrozen(settingsWith({}))).toBe(true);
    expect(Reflect.set(settingsWith({}), 'port', 1)).toBe(false);
  });

  test('have a default that could be written in the environment', () => {
    const readBack = SETTINGS.filter(({ default: written }) => written !== undefined).map(
      ({ property, notation, default: written = '' }) => [property, notation.parse(written)],
    );
    expect(settingsWith({})).toMatchObject(Object.fromEntries(readBack));
    expect(readBack).toHaveLength(SETTINGS.length - 11);
  });

  test('each have a variable, a property and a sentence of their own', () => {
    for (const column of ['env', 'property', 'about'] as const) {
      expect(new Set(SETTINGS.map((setting) => setting[column])).size).toBe(SETTINGS.length);
    }
    expect(SETTINGS.filter(({ about }) => !about.endsWith('.'))).toEqual([]);
  });

  test('are found by every room under their class, without an import', async () => {
    const settings = settingsWith({ port: 0 });
    const room = {
      module: Room,
      providers: [{ provide: 'found', inject: [Settings], useFactory: (found: Settings) => found }],
    };
    const house = { module: House, imports: [SettingsModule.forRoot(settings), room] };
    const app = await NestFactory.createApplicationContext(house, { logger: false, abortOnError: false });
    expect(app.get('found', { strict: false })).toBe(settings);
    await app.close();
  });
});

@Module({})
class Room {}

@Module({})
class House {}
