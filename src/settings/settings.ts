/**
 * All that the environment may say to Belfry, as one validated, frozen object.
 * Relies on `@FromEnv` for names, notations and bounds; load-settings.ts fills it in.
 * Whoever holds a `Settings` can trust every value in it, and that none will change.
 */
import {
  declarationsOf,
  directory,
  duration,
  flag,
  FromEnv,
  host,
  integer,
  oneOf,
  optionalFile,
  optionalRedisUrl,
  size,
  text,
} from './from-env.ts';
import type { Declaration } from './from-env.ts';
import { AccessSettings } from './access-settings.ts';
import { DAY, HOUR, KIB, MIB, MINUTE, SECOND } from './units.ts';

/** From the fewest lines to the most. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** `commit`: kept once the operating system has it, over a kill. `flush`: once the disk has it, over a power cut. */
export type Durability = 'commit' | 'flush';

/** `embedded`: a file of this process. `redis`: a Redis that several nodes share. */
export type Engine = 'embedded' | 'redis';

/** `text` for people, `json` (one object per line) for machines. */
export type LogFormat = 'text' | 'json';

/** `open`: whoever reaches the port may read `/metrics`. `off`: nobody; there is no such path then. */
export type Metrics = 'open' | 'off';

/** What is simply not set where nobody says it. */
type WithoutDefault =
  | 'tlsCertFile'
  | 'tlsKeyFile'
  | 'channelsFile'
  | 'redisUrl'
  | 'apiKeysFile'
  | 'allowedOrigins'
  | 'authJwtSecret'
  | 'authJwtPublicKeyFile'
  | 'authJwksUrl'
  | 'authIssuer'
  | 'authAudience';

/** Every default. */
const DEFAULTS: Omit<Settings, WithoutDefault> = {
  nodeEnv: 'development',
  port: 8080,
  host: '0.0.0.0',
  highWater: 256 * KIB,
  batchWindow: 0,
  compression: false,
  heartbeatInterval: 25 * SECOND,
  heartbeatTimeout: 10 * SECOND,
  handshakeTimeout: 10 * SECOND,
  drainSeconds: 10,
  anonymous: 'publish',
  authClockTolerance: 5 * SECOND,
  authMaxLifetime: 366 * DAY,
  authQueryToken: false,
  authTimeout: 5 * SECOND,
  engine: 'embedded',
  dataDir: './data',
  durability: 'commit',
  historySize: 10_000,
  historyTtl: 7 * DAY,
  idempotencyTtl: DAY,
  welcomeText: '你已连接公告频道',
  metrics: 'open',
  logLevel: 'info',
  logFormat: 'text',
  maxPayload: 64 * KIB,
  maxConnections: 20_000,
  // A twentieth of all: offices and mobile carriers have many people behind one address, and no one needs so many alone.
  maxConnectionsPerAddress: 1000,
  maxChannels: 100,
  // All of an address at once, as after a restart, and what takes a few hundredths of a core from then on.
  handshakeRate: 100,
  frameRate: 200,
  byteRate: MIB,
  rateLimit: 100,
  // How busy a channel may be only its operator knows.
  channelRateLimit: Infinity,
  requireOrigin: false,
  trustProxy: false,
};

/** The settings of one server. Inject it by its class. */
export class Settings extends AccessSettings {
  /** `production`, or anything else: then pages of localhost and from disk may connect unless `allowedOrigins` says who may. */
  @FromEnv(
    'NODE_ENV',
    text({ min: 1, max: 50 }),
    'With `production`, only pages of the server’s own origin and of `ALLOWED_ORIGINS` may connect.',
  )
  readonly nodeEnv!: string;

  /** TCP port, 0..65535. 0 takes any free one; ask the server afterwards which. */
  @FromEnv('PORT', integer({ min: 0, max: 65_535 }), 'The TCP port to listen on; 0 takes any free one.')
  readonly port!: number;

  /** Address or host name to listen on. `0.0.0.0` is every IPv4 interface, `::` every interface. */
  @FromEnv('HOST', host(), 'The address to listen on.')
  readonly host!: string;

  /** Path of the certificate in PEM, its chain included. Set together with `tlsKeyFile`; without both it is plain HTTP. */
  @FromEnv(
    'TLS_CERT_FILE',
    optionalFile({ example: 'cert/cert.pem' }),
    'The certificate in PEM, with its chain; turns TLS on, together with `TLS_KEY_FILE`.',
  )
  readonly tlsCertFile?: string;

  /** Path of the certificate's private key in PEM, without a passphrase. */
  @FromEnv(
    'TLS_KEY_FILE',
    optionalFile({ example: 'cert/key.pem' }),
    "The certificate's private key in PEM, without a passphrase.",
  )
  readonly tlsKeyFile?: string;

  /** Bytes of frames that a client has not taken yet, 16 KiB..64 MiB. Past it nothing more is written to it until it has. */
  @FromEnv(
    'HIGH_WATER',
    size({ min: 16 * KIB, max: 64 * MIB }),
    'How much may wait for a slow client; past it nothing more is written until it drains.',
  )
  readonly highWater!: number;

  /** Milliseconds in which what becomes durable is given out together, 0..1,000. With 0 each message leaves at once. */
  @FromEnv(
    'BATCH_WINDOW',
    duration({ min: 0, max: SECOND }),
    'How long messages are held to leave together: fewer, larger writes. 0 sends each at once.',
  )
  readonly batchWindow!: number;

  /** Whether permessage-deflate (RFC 7692) is spoken with clients that offer it. */
  @FromEnv(
    'COMPRESSION',
    flag(),
    'Compress messages of channels for clients that offer permessage-deflate, once for all of them.',
  )
  readonly compression!: boolean;

  /** Path of a JSON file with rules for channels by the pattern of their names; docs/operations.md describes it. */
  @FromEnv(
    'CHANNELS_FILE',
    optionalFile({ example: 'channels.json' }),
    'Rules for channels by the pattern of their names: history, lag, presence.',
  )
  readonly channelsFile?: string;

  /** Path of a JSON file with the hashes of API keys; docs/api.md describes it. Read again when it changes. */
  @FromEnv(
    'API_KEYS_FILE',
    optionalFile({ example: 'api-keys.json' }),
    'The keys of backends and operators for `/api`, as hashes. Read again when it changes.',
  )
  readonly apiKeysFile?: string;

  /** Milliseconds that a client may be silent before it is pinged, 1 s..1 h. */
  @FromEnv(
    'HEARTBEAT_INTERVAL',
    duration({ min: SECOND, max: HOUR }),
    'How long a client may be silent before it is pinged. Stay below the idle timeout of the proxies on the way.',
  )
  readonly heartbeatInterval!: number;

  /** Milliseconds after that ping before a client that stays silent is closed with 4000, 1 s..10 min. */
  @FromEnv(
    'HEARTBEAT_TIMEOUT',
    duration({ min: SECOND, max: 10 * MINUTE }),
    'How long after that ping a client that stays silent is closed with 4000.',
  )
  readonly heartbeatTimeout!: number;

  /** Milliseconds that a client has for its request before it becomes a WebSocket, 1 s..2 min. Then its socket is closed. */
  @FromEnv(
    'HANDSHAKE_TIMEOUT',
    duration({ min: SECOND, max: 2 * MINUTE }),
    'How long a client may take to send its request, before its socket is closed.',
  )
  readonly handshakeTimeout!: number;

  /** Seconds (not milliseconds) that clients have to leave after SIGTERM, 1..600. Each goes at its own turn within the first seven tenths; those that do not answer are cut off. */
  @FromEnv(
    'DRAIN_SECONDS',
    integer({ min: 1, max: 600, of: 'seconds' }),
    'How long clients have to leave after SIGTERM. Give the container a little more before it is killed.',
  )
  readonly drainSeconds!: number;

  /** What keeps the messages. */
  @FromEnv(
    'ENGINE',
    oneOf('embedded', 'redis'),
    'What keeps the messages: a file of this server, or a Redis that several servers share.',
  )
  readonly engine!: Engine;

  /** Where Redis is, as `parseRedisUrl` reads it; set with the engine `redis` and only used there. It may hold a password. */
  @FromEnv('REDIS_URL', optionalRedisUrl(), 'Where Redis is, with `ENGINE=redis`.')
  readonly redisUrl?: string;

  /** Path of the directory of the log, made when it is not there. Relative to where Belfry was started. */
  @FromEnv(
    'DATA_DIR',
    directory({ example: './data' }),
    'Where the messages are kept, with `ENGINE=embedded`. One server at a time; a local disk.',
  )
  readonly dataDir!: string;

  /** When a message counts as kept, and is acknowledged. */
  @FromEnv(
    'DURABILITY',
    oneOf('commit', 'flush'),
    'What an acknowledged message survives, with `ENGINE=embedded`: the death of the process (commit), or a power cut as well (flush).',
  )
  readonly durability!: Durability;

  /** Messages that a channel keeps, 1..10,000,000. Older ones are trimmed in the background. */
  @FromEnv(
    'HISTORY_SIZE',
    integer({ min: 1, max: 10_000_000, of: 'messages' }),
    'How many messages a channel keeps; older ones are trimmed.',
  )
  readonly historySize!: number;

  /** Milliseconds that a channel keeps a message, 1 min..3,650 d. Older ones are trimmed in the background. */
  @FromEnv('HISTORY_TTL', duration({ min: MINUTE, max: 3650 * DAY }), 'How long a channel keeps a message.')
  readonly historyTtl!: number;

  /** Milliseconds that an idempotency key is remembered, 1 min..30 d. Sent again later, a message is a new one. */
  @FromEnv(
    'IDEMPOTENCY_TTL',
    duration({ min: MINUTE, max: 30 * DAY }),
    'How long a message that is sent again under the same key is recognised.',
  )
  readonly idempotencyTtl!: number;

  /** The text of the first frame on `/`, 1..500 characters. */
  @FromEnv('WELCOME_TEXT', text({ min: 1, max: 500 }), 'What the plain endpoint `/` says first to whoever connects.')
  readonly welcomeText!: string;

  /** Whether `/metrics` is served. */
  @FromEnv(
    'METRICS',
    oneOf('open', 'off'),
    'Whether `/metrics` is there for Prometheus. A proxy in front should not pass it on.',
  )
  readonly metrics!: Metrics;

  /** What is logged: lines of this level and of the graver ones. */
  @FromEnv('LOG_LEVEL', oneOf('error', 'warn', 'info', 'debug'), 'The least grave lines that are logged.')
  readonly logLevel!: LogLevel;

  /** How it is logged. */
  @FromEnv('LOG_FORMAT', oneOf('text', 'json'), 'Log lines for people (text) or for machines (json).')
  readonly logFormat!: LogFormat;

  /**
   * The defaults with `overrides` in place of some of them, frozen.
   * Nothing is checked here: whatever comes from outside goes through `loadSettings`.
   */
  constructor(overrides: Partial<Settings> = {}) {
    super();
    Object.assign(this, DEFAULTS, overrides);
    Object.freeze(this);
  }
}

/** One line of the settings table. */
export interface Setting extends Declaration {
  /** The default as one would write it in the environment; undefined when there is none. */
  readonly default: string | undefined;
}

/** Every setting, in the order of the class: the one source for the parser, its messages, the docs and .env.example. */
export const SETTINGS: readonly Setting[] = declarationsOf(Settings).map((declaration) => {
  const value: unknown = Reflect.get(DEFAULTS, declaration.property);
  return { ...declaration, default: value === undefined ? undefined : declaration.notation.format(value) };
});

/**
 * Settings for embedding and for tests: the defaults with `overrides`, frozen.
 * Not validated, so that a test may beat every 50 ms.
 */
export function settingsWith(overrides: Partial<Settings>): Settings {
  return new Settings(overrides);
}
