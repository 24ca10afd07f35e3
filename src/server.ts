/**
 * One Belfry from its settings: Nest on Fastify, TLS, the gateway adapter, the page. It is ready to listen, and does not yet.
 */
import { existsSync } from 'node:fs';
import type { Server as TlsServer } from 'node:https';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import { Logger } from '@nestjs/common';
import type { LoggerService, ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { GatewayAdapter } from './gateway/gateway-adapter.ts';
import { answerUndecodable, answerUnreadable } from './gateway/upgrade/unreadable-request.ts';
import { REQUEST_ID, requestIdOf } from './gateway/upgrade/request-id.ts';
import { BelfryLogger } from './logger.ts';
import { trustOf } from './settings/limits/trusted-proxies.ts';
import type { Settings } from './settings/settings.ts';
import { watchTls } from './settings/tls-reload.ts';
import { readTls } from './settings/tls.ts';
import type { TlsPair } from './settings/tls.ts';
import { KIB, MIB } from './settings/units.ts';

/** Where the build puts the page. */
const PAGE = fileURLToPath(new URL('./page', import.meta.url));

/** How often Node looks for requests that are older than HANDSHAKE_TIMEOUT, ms. */
const TIMEOUT_CHECK = 1000;

/** Bytes of a request's body, or MAX_PAYLOAD where that is more: a batch of messages is one. */
const BODY_LIMIT = MIB;

/** Bytes of a request's head, beyond which it is answered 431: room for cookies and a token. */
const MAX_HEADER_SIZE = 16 * KIB;

/** Everything that the page needs comes from its own origin, and nothing else is let in. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    manifestSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** What a server may have beside its settings. */
export interface ServerOptions {
  /** Where it logs; to standard output, as the settings say, when left out. */
  readonly logger?: LoggerService;
  /** Modules of your own: gateways, controllers, whatever Nest takes. They share everything that Belfry has. */
  readonly modules?: NonNullable<ModuleMetadata['imports']>;
}

/**
 * Builds the server.
 *
 * @throws TlsError when TLS_CERT_FILE and TLS_KEY_FILE cannot be served
 */
export async function createServer(
  settings: Settings,
  { logger = new BelfryLogger(settings), modules = [] }: ServerOptions = {},
): Promise<NestFastifyApplication> {
  const pair = readTls(settings);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings, modules),
    new FastifyAdapter(serverOptions(settings, pair)),
    { logger, abortOnError: false },
  );
  app.useWebSocketAdapter(new GatewayAdapter(app));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request, reply) => {
      reply.header(REQUEST_ID, request.id);
    });
  if (pair) renewTls(app, settings, pair);
  // Without TLS, a browser that was told to insist on it could not come here at all.
  await app.register(helmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    strictTransportSecurity: pair !== undefined,
  });
  await servePage(app);
  return app;
}

/** A request has HANDSHAKE_TIMEOUT to be complete, and a TLS handshake as long before it. */
function serverOptions({ handshakeTimeout, maxPayload, trustProxy }: Settings, pair: TlsPair | undefined): object {
  const limits = {
    headersTimeout: handshakeTimeout,
    connectionsCheckingInterval: TIMEOUT_CHECK,
    maxHeaderSize: MAX_HEADER_SIZE,
  };
  return {
    requestTimeout: handshakeTimeout,
    bodyLimit: Math.max(BODY_LIMIT, maxPayload),
    // As ClientAddress does, so that a request has the same address everywhere.
    trustProxy: trustOf(trustProxy),
    clientErrorHandler: answerUnreadable,
    frameworkErrors: answerUndecodable,
    genReqId: requestIdOf,
    // At the end, when drain is over: a socket that never asked for anything would otherwise be waited for.
    forceCloseConnections: true,
    ...(pair ? { https: { ...limits, ...pair, handshakeTimeout } } : { http: limits }),
  };
}

/** New connections get a renewed certificate as soon as it is on disk; open ones keep theirs. */
function renewTls(app: NestFastifyApplication, settings: Settings, inUse: TlsPair): void {
  const logger = new Logger('TLS');
  const watch = watchTls(
    settings,
    (renewed) => {
      (app.getHttpServer() as unknown as TlsServer).setSecureContext(renewed);
      logger.log('the certificate was renewed; new connections get it');
    },
    (error) => logger.error(`the certificate in use is kept. ${error.message}`),
    { inUse },
  );
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onClose', () => watch.close());
}

/** File names with a hash never change what they hold; the others are asked for again. */
async function servePage(app: NestFastifyApplication): Promise<void> {
  if (!existsSync(PAGE)) {
    new Logger('Page').warn('the page is not built (npm run build:page); with npm run dev, Vite serves it');
    return;
  }
  await app.register(fastifyStatic, {
    root: PAGE,
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  // As people type it.
  app
    .getHttpAdapter()
    .getInstance()
    .get('/docs', (_request, reply) => reply.redirect('/docs/', 301))
    .get('/dashboard', (_request, reply) => reply.redirect('/dashboard/', 301));
}
