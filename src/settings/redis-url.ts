/**
 * How REDIS_URL is written: one server, Sentinel or Cluster, by its scheme.
 * Relies on nothing; what it cannot read exactly it refuses, since a misread part would be found out only at a failover.
 * A URL may hold passwords: nobody logs one, and messages about it don't repeat it.
 */

/** One server's address. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is, as a URL says it. */
export interface RedisTarget {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly tls: boolean;
  /** At least one; the Sentinels for `sentinel`, some nodes of it for `cluster`. */
  readonly addresses: readonly RedisAddress[];
  readonly username?: string;
  readonly password?: string;
  /** The logical database; 0 in a Cluster. */
  readonly db: number;
  /** What Sentinel calls the master; for `sentinel` alone. */
  readonly master?: string;
  /** The Sentinels' own password; for `sentinel` alone. */
  readonly sentinelPassword?: string;
}

const URL_PARTS =
  /^(?<scheme>rediss?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<login>[^@/]*)@)?(?<hosts>[^@/?]+)(?:\/(?<path>[^?]*))?(?:\?sentinel-password=(?<sentinelPassword>[^&]+))?$/;
const ADDRESS = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[a-z0-9_.-]+))(?::(?<port>\d{1,5}))?$/i;

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/** Reads a URL; undefined when it is not written as docs/operations.md says. */
export function parseRedisUrl(url: string): RedisTarget | undefined {
  const { scheme, kind = 'single', login, hosts = '', path = '', sentinelPassword } = partsOf(URL_PARTS, url) ?? {};
  if (scheme === undefined || (kind !== 'single' && kind !== 'sentinel' && kind !== 'cluster')) return undefined;
  const addresses = hosts.split(',').flatMap((host) => addressOf(host, kind) ?? []);
  const isWhole = addresses.length === hosts.split(',').length && (kind !== 'single' || addresses.length === 1);
  const place = placeOf(kind, path);
  const account = accountOf(login);
  if (!isWhole || !place || !account || (sentinelPassword !== undefined && kind !== 'sentinel')) return undefined;
  const sentinel = sentinelPassword === undefined ? undefined : decoded(sentinelPassword);
  return {
    kind,
    tls: scheme === 'rediss',
    addresses,
    ...account,
    ...place,
    ...(sentinel === undefined ? {} : { sentinelPassword: sentinel }),
  };
}

function addressOf(written: string, kind: RedisTarget['kind']): RedisAddress | undefined {
  const { v6, name, port } = partsOf(ADDRESS, written) ?? {};
  const host = v6 ?? name;
  const number = port === undefined ? (kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT) : Number(port);
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number };
}

/** What follows the hosts: a database, or the master's name and a database; nothing in a Cluster, which has but one. */
function placeOf(kind: RedisTarget['kind'], path: string): Pick<RedisTarget, 'db' | 'master'> | undefined {
  switch (kind) {
    case 'single':
      return /^\d{0,4}$/.test(path) ? { db: Number(path) } : undefined;
    case 'cluster':
      return path === '' ? { db: 0 } : undefined;
    case 'sentinel': {
      const { master, db = '0' } = partsOf(/^(?<master>[A-Za-z0-9_.-]+)(?:\/(?<db>\d{1,4}))?$/, path) ?? {};
      return master === undefined ? undefined : { master, db: Number(db) };
    }
    default:
      return kind satisfies never;
  }
}

/** `user:password`, `:password`, or nothing. Characters with a meaning in URLs are percent-encoded. */
function accountOf(login: string | undefined): Pick<RedisTarget, 'username' | 'password'> | undefined {
  if (login === undefined) return {};
  const { user, secret } = partsOf(/^(?<user>[^:]*):(?<secret>[^:]+)$/, login) ?? {};
  const [username, password] = [decoded(user ?? ''), decoded(secret ?? '')];
  if (username === undefined || !password) return undefined;
  return username === '' ? { password } : { username, password };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function partsOf(pattern: RegExp, text: string): Readonly<Record<string, string | undefined>> | undefined {
  return pattern.exec(text)?.groups;
}
