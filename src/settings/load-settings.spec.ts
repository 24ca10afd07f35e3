import { loadSettings, SettingsError } from './load-settings.ts';
import type { Settings } from './settings.ts';
import { settingsWith } from './settings.ts';

/** What is wrong with an environment; fails when nothing is. */
function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  throw new Error('These settings were taken.');
}

describe('settings that are taken', () => {
  test('are the defaults when nothing is set', () => {
    expect(loadSettings({})).toEqual({ settings: settingsWith({}), warnings: [] });
  });

  test('are read from every variable', () => {
    const { settings } = loadSettings({
      PORT: '0',
      HOST: '::1',
      TLS_CERT_FILE: 'cert/cert.pem',
      TLS_KEY_FILE: 'cert/key.pem',
      MAX_PAYLOAD: '1MiB',
      MAX_CONNECTIONS: '7',
      MAX_CHANNELS: '8',
      HEARTBEAT_INTERVAL: '1m',
      HEARTBEAT_TIMEOUT: '5s',
      HANDSHAKE_TIMEOUT: '1500ms',
      DRAIN_SECONDS: '30',
      ENGINE: 'redis',
      REDIS_URL: ' rediss://ann:secret@redis.example:6380/2 ',
      WELCOME_TEXT: ' welcome ',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
    });
    const expected: Settings = settingsWith({
      port: 0,
      host: '::1',
      tlsCertFile: 'cert/cert.pem',
      tlsKeyFile: 'cert/key.pem',
      maxPayload: 1_048_576,
      maxConnections: 7,
      maxChannels: 8,
      heartbeatInterval: 60_000,
      heartbeatTimeout: 5000,
      handshakeTimeout: 1500,
      drainSeconds: 30,
      engine: 'redis',
      redisUrl: 'rediss://ann:secret@redis.example:6380/2',
      welcomeText: ' welcome ',
      logLevel: 'debug',
      logFormat: 'json',
    });
    expect(settings).toEqual(expected);
  });

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadSettings({}).settings)).toBe(true);
  });

  test('keep their default where a variable is empty or blank', () => {
    const env = { PORT: '', HEARTBEAT_INTERVAL: '  ', WELCOME_TEXT: '', TLS_CERT_FILE: '', TLS_KEY_FILE: ' ' };
    expect(loadSettings(env)).toEqual({ settings: settingsWith({}), warnings: [] });
  });

  test('may have blanks around a number, as an --env-file leaves them', () => {
    expect(loadSettings({ PORT: ' 80 ', MAX_PAYLOAD: '2KiB ' }).settings).toMatchObject({ port: 80, maxPayload: 2048 });
  });

  test.each([
    ['PORT', '0', '65535'],
    ['MAX_PAYLOAD', '1KiB', '16MiB'],
    ['MAX_CONNECTIONS', '1', '1000000'],
    ['MAX_CONNECTIONS_PER_ADDRESS', '1', 'off'],
    ['MAX_CHANNELS', '1', '10000'],
    ['HANDSHAKE_RATE', '1', 'off'],
    ['FRAME_RATE', '1', 'off'],
    ['BYTE_RATE', '1KiB', 'off'],
    ['RATE_LIMIT', '1000000', 'off'],
    ['CHANNEL_RATE_LIMIT', '1', 'off'],
    ['ALLOWED_ORIGINS', '*', 'https://example.org, https://*.example.org:*,http://[::1]:8080,app://x,null'],
    ['REQUIRE_ORIGIN', 'true', 'false'],
    ['TRUST_PROXY', 'false', '10'],
    ['TRUST_PROXY', 'loopback', 'private, 203.0.113.7,2001:db8::/32'],
    ['HEARTBEAT_INTERVAL', '1s', '1h'],
    ['HEARTBEAT_TIMEOUT', '1s', '10m'],
    ['HANDSHAKE_TIMEOUT', '1s', '2m'],
    ['DRAIN_SECONDS', '1', '600'],
    ['WELCOME_TEXT', 'x', '🔔'.repeat(500)],
    ['HOST', 'localhost', 'fe80::1%eth0'],
  ])('include both ends of what %s allows', (name, least, most) => {
    expect(() => loadSettings({ [name]: least })).not.toThrow();
    expect(() => loadSettings({ [name]: most })).not.toThrow();
  });
});

describe('settings about tokens', () => {
  const secret = 'x'.repeat(32);

  test('take one key, and the rules beside it', () => {
    const env = {
      AUTH_JWT_SECRET: secret,
      AUTH_ISSUER: 'https://id.example',
      AUTH_MAX_LIFETIME: '1h',
      ANONYMOUS: 'none',
    };
    expect(loadSettings(env).settings).toMatchObject({
      authJwtSecret: secret,
      authMaxLifetime: 3_600_000,
      anonymous: 'none',
    });
  });

  test('refuse a secret that is too short, say how to make one, and do not repeat it', () => {
    const [problem] = problemsOf({ AUTH_JWT_SECRET: 'x'.repeat(31) });
    expect(problem).toMatch(/AUTH_JWT_SECRET .* at least 32 bytes .* openssl rand/);
    expect(problem).not.toMatch('xxx');
  });

  test('refuse several keys, and rules without any, all at once with what else is wrong', () => {
    expect(problemsOf({ AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: 'https://id.example/keys', PORT: 'x' })).toEqual([
      expect.stringMatching(/^PORT/),
      'AUTH_JWT_SECRET and AUTH_JWKS_URL are set: set the one that tokens are to be verified with.',
    ]);
    expect(problemsOf({ AUTH_AUDIENCE: 'belfry' })).toEqual([
      expect.stringMatching(/^AUTH_AUDIENCE is set but no key/),
    ]);
  });

  test.each(['https://id.example/keys', 'http://localhost:3000/keys', 'http://127.0.0.1/keys', 'http://[::1]:1/keys'])(
    'take the address %s',
    (url) => expect(loadSettings({ AUTH_JWKS_URL: url }).settings.authJwksUrl).toBe(url),
  );

  test.each([
    'http://id.example/keys',
    'http://localhost.example/',
    'https://ann:pw@id.example/',
    'file:///keys',
    'keys',
  ])('refuse the address %s', (url) => expect(problemsOf({ AUTH_JWKS_URL: url })).toHaveLength(1));
});

describe('settings that are refused', () => {
  const port = 'write a whole number between 0 and 65535.';
  const payload = 'write a size with its unit, such as 64KiB, between 1KiB and 16MiB.';
  const interval = 'write a time with its unit, such as 25s, between 1s and 1h.';
  const frames = 'write a whole number of frames a second between 1 and 1000000, or off.';
  const origins =
    'write origins between commas, such as https://example.org,https://*.example.org,http://localhost:*, and null for files; or *.';
  const proxies =
    'write false, a number of proxies in a row between 1 and 10, or their addresses between commas, such as loopback, private, 10.1.0.0/16.';
  const seconds = 'write a whole number of seconds between 1 and 600.';
  const host = 'write an IP address such as 0.0.0.0 or ::, or a host name, without port, brackets or http://.';

  test.each([
    ['PORT', '65536', port],
    ['PORT', '-1', port],
    ['PORT', '80.5', port],
    ['PORT', '0x50', port],
    ['MAX_PAYLOAD', '64KB', payload],
    ['MAX_PAYLOAD', '1023', payload],
    ['MAX_PAYLOAD', '17MiB', payload],
    ['MAX_CONNECTIONS', '0', 'write a whole number of connections between 1 and 1000000.'],
    ['MAX_CHANNELS', '10001', 'write a whole number of channels between 1 and 10000.'],
    ['FRAME_RATE', '0', frames],
    ['FRAME_RATE', 'Off', frames],
    ['FRAME_RATE', 'Infinity', frames],
    ['BYTE_RATE', '1MB', 'write a size with its unit, such as 64KiB, between 1KiB and 1GiB, or off.'],
    ...[
      'example.org',
      'https://example.org/',
      'https://*',
      'https://*.*.org',
      'https://a*.example.org',
      'https://*.127.0.0.1',
      'https://example.org:99999',
      'https://example.org:80:*',
      'https://ann@example.org',
      '*://example.org',
      'https://example.org,,null',
    ].map((written) => ['ALLOWED_ORIGINS', written, origins]),
    ...[
      'true',
      '0',
      '11',
      'localhost',
      '10.0.0.0/0',
      '10.0.0.0/33',
      '0.0.0.0/',
      '10.0.0',
      '2001:db8::/129',
      'loopback,',
    ].map((written) => ['TRUST_PROXY', written, proxies]),
    ['HEARTBEAT_INTERVAL', '25x', interval],
    ['HEARTBEAT_INTERVAL', '25', interval],
    ['HEARTBEAT_INTERVAL', '999ms', interval],
    ['HEARTBEAT_INTERVAL', '61m', interval],
    ['HEARTBEAT_TIMEOUT', '11m', 'write a time with its unit, such as 25s, between 1s and 10m.'],
    ['HANDSHAKE_TIMEOUT', '0s', 'write a time with its unit, such as 25s, between 1s and 2m.'],
    ['DRAIN_SECONDS', '10s', seconds],
    ['DRAIN_SECONDS', '601', seconds],
    ['ENGINE', 'Redis', 'write embedded or redis.'],
    ['LOG_LEVEL', 'INFO', 'write error, warn, info or debug.'],
    ['LOG_FORMAT', 'xml', 'write text or json.'],
    ['HOST', 'localhost:8080', host],
    ['HOST', '[::]', host],
    ['HOST', '256.0.0.1', host],
    ['HOST', 'http://localhost', host],
  ])('%s=%s is answered with what is allowed', (name = '', written = '', allowed = '') => {
    expect(problemsOf({ [name]: written })).toEqual([`${name} is "${written}": ${allowed}`]);
  });

  test('are named all at once, in the order of the documentation', () => {
    const env = { LOG_LEVEL: 'loud', HEARTBEAT_INTERVAL: '25x', PORT: '70000', TLS_KEY_FILE: 'key.pem' };
    const problems = [
      `PORT is "70000": ${port}`,
      `HEARTBEAT_INTERVAL is "25x": ${interval}`,
      'LOG_LEVEL is "loud": write error, warn, info or debug.',
      'TLS_KEY_FILE is "key.pem" but TLS_CERT_FILE is not set: set both to serve TLS, or neither.',
    ];
    expect(problemsOf(env)).toEqual(problems);
    expect(() => loadSettings(env)).toThrow(
      ['These settings cannot be used:', ...problems.map((problem) => `  ${problem}`)].join('\n'),
    );
  });

  test('include a certificate without its key', () => {
    expect(problemsOf({ TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: '' })).toEqual([
      'TLS_CERT_FILE is "cert.pem" but TLS_KEY_FILE is not set: set both to serve TLS, or neither.',
    ]);
  });

  test('include the engine redis without a place where it is', () => {
    expect(problemsOf({ ENGINE: 'redis', REDIS_URL: ' ' })).toEqual([
      'ENGINE is "redis" but REDIS_URL is not set: say where Redis is, such as REDIS_URL=redis://localhost:6379.',
    ]);
    expect(() => loadSettings({ REDIS_URL: 'redis://localhost' })).not.toThrow();
  });

  test('are not repeated where they may hold a password', () => {
    const [problem] = problemsOf({ ENGINE: 'redis', REDIS_URL: 'redis://ann:secret@redis.example:port' });
    expect(problem).toMatch(/^REDIS_URL cannot be read: write redis:\/\/user:password@host:6379, /);
  });

  test('are quoted in one line and shortened, whatever was put in', () => {
    expect(problemsOf({ WELCOME_TEXT: `a\n${'x'.repeat(600)}` })).toEqual([
      String.raw`WELCOME_TEXT is "a\n${'x'.repeat(78)}…": write a text of 1 to 500 characters.`,
    ]);
  });
});

describe('a variable that looks like a setting', () => {
  test.each([
    ['HEARTBEAT_INTERVALL', 'HEARTBEAT_INTERVALL is not a setting; did you mean HEARTBEAT_INTERVAL?'],
    ['HEARTBEET_TIMEOUT', 'HEARTBEET_TIMEOUT is not a setting; did you mean HEARTBEAT_TIMEOUT?'],
    ['LOGLEVEL', 'LOGLEVEL is not a setting; did you mean LOG_LEVEL?'],
    ['max_payload', 'max_payload is not a setting; did you mean MAX_PAYLOAD?'],
    ['MAX_CHANELLS', 'MAX_CHANELLS is not a setting; did you mean MAX_CHANNELS?'],
    ['HEARTBEAT', undefined],
    ['HEARTBEAT_MS', 'HEARTBEAT_MS is not a setting; did you mean HEARTBEAT_INTERVAL or HEARTBEAT_TIMEOUT?'],
    ['TLS_CERT', 'TLS_CERT is not a setting; did you mean TLS_CERT_FILE or TLS_KEY_FILE?'],
    [
      'MAX_SIZE',
      'MAX_SIZE is not a setting; did you mean MAX_PAYLOAD, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, or MAX_CHANNELS?',
    ],
    ['DRAIN_TIMEOUT', 'DRAIN_TIMEOUT is not a setting; did you mean DRAIN_SECONDS?'],
    ['WELCOME_MESSAGE', 'WELCOME_MESSAGE is not a setting; did you mean WELCOME_TEXT?'],
  ])('such as %s is warned of when it is none of ours', (name, warning) => {
    expect(loadSettings({ [name]: '1' }).warnings).toEqual(warning === undefined ? [] : [warning]);
  });

  test('is not warned of while it is empty', () => {
    expect(loadSettings({ MAX_PAYLOD: '' }).warnings).toEqual([]);
  });

  test('is warned of in alphabetical order and keeps nothing from starting', () => {
    const { settings, warnings } = loadSettings({ MAX_PAYLOADS: '1', LOG_FORMATS: 'x' });
    expect(settings).toEqual(settingsWith({}));
    expect(warnings.map((warning) => warning.split(' ')[0])).toEqual(['LOG_FORMATS', 'MAX_PAYLOADS']);
  });

  test('is left alone when it belongs to other programs', () => {
    const names =
      'PATH HOME HOSTNAME HOSTTYPE HOSTALIASES MAIL POST SORT REPORT PORTS SHELL TERM LANG LC_ALL TZ USER LOGNAME OLDPWD SHLVL _ ' +
      'NODE_ENV NODE_OPTIONS NODE_TLS_REJECT_UNAUTHORIZED npm_config_loglevel npm_package_version LOG_FILE RUST_LOG ' +
      'KUBERNETES_PORT BELFRY_SERVICE_HOST BELFRY_PORT MAXIMUM TLSA SSL_CERT_FILE SSL_CERT_DIR';
    expect(loadSettings(Object.fromEntries(names.split(' ').map((name) => [name, 'x']))).warnings).toEqual([]);
  });
});
