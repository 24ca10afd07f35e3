/**
 * The part of the settings that says how much one client, address or user may take, and who may come at all.
 * Relies on `@FromEnv`, as the rest does; the defaults stand with all others in settings.ts.
 */
import { flag, FromEnv, integer, size } from '../from-env.ts';
import { KIB, MIB } from '../units.ts';
import { limit } from './limit.ts';
import { optionalOrigins } from './origin-patterns.ts';
import { trustedProxies } from './trusted-proxies.ts';
import type { TrustProxy } from './trusted-proxies.ts';

const RATE = { min: 1, max: 1_000_000 } as const;

/** The limits of one server. `Settings` is the class to inject. Each that may be `off` is Infinity then. */
export abstract class LimitSettings {
  /** Bytes of one frame from a client after inflating it, 1 KiB..16 MiB. */
  @FromEnv(
    'MAX_PAYLOAD',
    size({ min: KIB, max: 16 * MIB }),
    'The largest frame that a client may send; a larger one closes its connection with 1009.',
  )
  readonly maxPayload!: number;

  /** WebSocket connections open at once, 1..1,000,000. One more is refused before its upgrade, with 503. */
  @FromEnv(
    'MAX_CONNECTIONS',
    integer({ min: 1, max: 1_000_000, of: 'connections' }),
    'How many connections may be open at once; one more is refused with 503.',
  )
  readonly maxConnections!: number;

  /** Of these those of one address, 1..1,000,000; one of IPv6 is a /64. One more is refused before its upgrade, with 429. */
  @FromEnv(
    'MAX_CONNECTIONS_PER_ADDRESS',
    limit(integer({ min: 1, max: 1_000_000, of: 'connections' })),
    'How many of them one address may have (of IPv6: one /64); one more is refused with 429. Behind a proxy, set `TRUST_PROXY`.',
  )
  readonly maxConnectionsPerAddress!: number;

  /** Channels that one connection may be in, 1..10,000. One more `join` is answered with `channel_limit`. */
  @FromEnv(
    'MAX_CHANNELS',
    integer({ min: 1, max: 10_000, of: 'channels' }),
    'How many channels one connection may be in; one more is answered with `channel_limit`.',
  )
  readonly maxChannels!: number;

  /** Handshakes per second and address, with a burst of ten seconds' worth. One more is refused with 429. */
  @FromEnv(
    'HANDSHAKE_RATE',
    limit(integer({ ...RATE, of: 'handshakes a second' })),
    'How often one address may connect, on average; ten seconds’ worth may come at once. One more is refused with 429.',
  )
  readonly handshakeRate!: number;

  /** Frames per second and connection, pings and pongs included, with a burst of ten seconds' worth. */
  @FromEnv(
    'FRAME_RATE',
    limit(integer({ ...RATE, of: 'frames a second' })),
    'How many frames one connection may send, on average; ten seconds’ worth may come at once. More are answered `too_many_requests`.',
  )
  readonly frameRate!: number;

  /** Bytes of frames per second and connection, 1 KiB..1 GiB, after inflating; with a burst of ten seconds' worth, at least `maxPayload`. */
  @FromEnv(
    'BYTE_RATE',
    limit(size({ min: KIB, max: 1024 * MIB })),
    'How much one connection may send in a second, on average; ten seconds’ worth may come at once. More is answered `too_many_requests`.',
  )
  readonly byteRate!: number;

  /** Publications per second and user on this node, over all connections, with a burst of ten seconds' worth. */
  @FromEnv(
    'RATE_LIMIT',
    limit(integer({ ...RATE, of: 'messages a second' })),
    'How many messages one user may publish, on average; ten seconds’ worth may come at once. More are answered `too_many_requests`.',
  )
  readonly rateLimit!: number;

  /** Publications of clients per second and channel on this node, with a burst of ten seconds' worth. */
  @FromEnv(
    'CHANNEL_RATE_LIMIT',
    limit(integer({ ...RATE, of: 'messages a second' })),
    'How many messages all users together may publish in one channel through this server, on average; counted like `RATE_LIMIT`.',
  )
  readonly channelRateLimit!: number;

  /** Patterns of the origins whose pages may connect, besides the server's own; `originTest` reads them. Undefined for the defaults. */
  @FromEnv(
    'ALLOWED_ORIGINS',
    optionalOrigins(),
    'The origins whose pages may connect, besides the server’s own. Not set: outside `NODE_ENV=production` also localhost and files.',
  )
  readonly allowedOrigins?: readonly string[];

  /** Whether a handshake without `Origin`, as programs send it, is refused. */
  @FromEnv(
    'REQUIRE_ORIGIN',
    flag(),
    'Refuse WebSockets that name no origin. Browsers always do; other programs need not, and can name any.',
  )
  readonly requireOrigin!: boolean;

  /** Whose X-Forwarded-For is believed; `trustOf` reads it. */
  @FromEnv(
    'TRUST_PROXY',
    trustedProxies(),
    'Which proxies are believed when they name a client’s address in X-Forwarded-For.',
  )
  readonly trustProxy!: TrustProxy;
}
