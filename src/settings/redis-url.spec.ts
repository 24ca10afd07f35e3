import { parseRedisUrl } from './redis-url.ts';

const local = { host: 'localhost', port: 6379 };

describe('a REDIS_URL', () => {
  test.each([
    ['redis://localhost', { kind: 'single', tls: false, addresses: [local], db: 0 }],
    ['redis://localhost:6380/3', { kind: 'single', tls: false, addresses: [{ ...local, port: 6380 }], db: 3 }],
    ['redis://[::1]:6380', { kind: 'single', tls: false, addresses: [{ host: '::1', port: 6380 }], db: 0 }],
    ['redis://:pass@localhost', { kind: 'single', tls: false, addresses: [local], db: 0, password: 'pass' }],
    [
      'rediss://ann:p%40ss@localhost',
      { kind: 'single', tls: true, addresses: [local], db: 0, username: 'ann', password: 'p@ss' },
    ],
    [
      'redis+sentinel://:pass@one,two:26380/main/1?sentinel-password=other',
      {
        kind: 'sentinel',
        tls: false,
        addresses: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 26_380 },
        ],
        db: 1,
        master: 'main',
        password: 'pass',
        sentinelPassword: 'other',
      },
    ],
    [
      'rediss+cluster://one:7000,two',
      {
        kind: 'cluster',
        tls: true,
        addresses: [
          { host: 'one', port: 7000 },
          { host: 'two', port: 6379 },
        ],
        db: 0,
      },
    ],
  ])('such as %s is read', (url, target) => {
    expect(parseRedisUrl(url)).toEqual(target);
  });

  test.each([
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://one,two',
    'redis://localhost:0',
    'redis://localhost:65536',
    'redis://localhost/main',
    'redis://localhost?db=1',
    'redis://ann@localhost',
    'redis://ann:p@ss@localhost',
    'redis://ann:%zz@localhost',
    'redis+sentinel://one',
    'redis+sentinel://one/main/x',
    'redis+cluster://one/1',
    'redis+cluster://one,,two',
    'redis+cluster://one?sentinel-password=x',
  ])('such as %s is refused', (url) => {
    expect(parseRedisUrl(url)).toBeUndefined();
  });
});
