/**
 * Servers inside the test's own process, on a free port: all of Belfry, or the bare floor with gateways that the test wrote.
 * Whatever a test starts here is closed after it.
 */
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import type { LoggerService, Type } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import { NestFactory } from '@nestjs/core';
import { GatewayAdapter } from '../../src/gateway/gateway-adapter.ts';
import { GatewayModule } from '../../src/gateway/gateway.module.ts';
import { Authenticator } from '../../src/gateway/upgrade/identity.ts';
import { createServer } from '../../src/server.ts';
import type { ServerOptions } from '../../src/server.ts';
import { settingsWith } from '../../src/settings/settings.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { SettingsModule } from '../../src/settings/settings.module.ts';

/** A server that is listening. */
export interface TestServer {
  readonly app: NestFastifyApplication;
  readonly port: number;
  /** `http://127.0.0.1:41234` */
  readonly url: string;
  /** `ws://127.0.0.1:41234` */
  readonly wsUrl: string;
  /** Where all of Belfry keeps its messages; gone after the test. */
  readonly dataDir: string;
}

/** Seconds: clients go one after another, and a test is not to wait for those that it left behind. */
const DRAIN_SECONDS = 0.3;

/** Tests send as fast as they can. Those of limits ask for them, or start a process, which has the defaults. */
const UNHURRIED = { handshakeRate: Infinity, frameRate: Infinity, byteRate: Infinity, rateLimit: Infinity } as const;

const running = new Set<NestFastifyApplication>();
const directories: string[] = [];

afterEach(async () => {
  await Promise.all([...running].map(async (app) => app.close()));
  running.clear();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** Starts all of Belfry, with modules of others beside. Its log shows errors only. */
export async function startBelfry(
  settings: Partial<Settings> = {},
  modules: NonNullable<ServerOptions['modules']> = [],
): Promise<TestServer> {
  const dataDir = settings.dataDir ?? newDirectory();
  const all = {
    host: '127.0.0.1',
    port: 0,
    logLevel: 'error',
    drainSeconds: DRAIN_SECONDS,
    ...UNHURRIED,
    ...settings,
    dataDir,
  } as const;
  return listen(await createServer(settingsWith(all), { modules }), dataDir);
}

/** What a floor test may set. */
export interface FloorOptions {
  readonly gateways: Type[];
  readonly settings?: Partial<Settings>;
  /** Who says who clients are; without one all are guests. */
  readonly authenticator?: Authenticator;
  /** Where the server logs; nowhere when left out. */
  readonly logger?: LoggerService;
}

/**
 * Starts gateways on nothing but the floor.
 * `BELFRY_TEST_ADAPTER=stock` puts Nest's own adapter in place of ours: what a floor test shows then fails, as it should.
 */
export async function startGateways({
  gateways,
  settings = {},
  authenticator,
  logger,
}: FloorOptions): Promise<TestServer> {
  const providers = authenticator ? [{ provide: Authenticator, useValue: authenticator }] : [];
  @Global()
  @Module({ providers, exports: providers })
  class Access {}
  @Module({
    imports: [
      Access,
      GatewayModule,
      SettingsModule.forRoot(settingsWith({ drainSeconds: DRAIN_SECONDS, ...UNHURRIED, ...settings })),
    ],
    providers: gateways,
  })
  class Floor {}
  const app = await NestFactory.create<NestFastifyApplication>(Floor, new FastifyAdapter(), {
    logger: logger ?? false,
    abortOnError: false,
  });
  const stock = process.env['BELFRY_TEST_ADAPTER'] === 'stock';
  app.useWebSocketAdapter(stock ? new WsAdapter(app) : new GatewayAdapter(app));
  return listen(app);
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'belfry-data-'));
  directories.push(directory);
  return directory;
}

async function listen(app: NestFastifyApplication, dataDir = ''): Promise<TestServer> {
  running.add(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, port, url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}`, dataDir };
}
