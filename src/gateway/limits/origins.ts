/**
 * Whose pages may talk to this server (RFC 6455 section 10.2): a browser sends a page's origin along, and a page of somebody
 * else's could otherwise act here in the name of whoever looks at it. Says nothing about programs, which can name any origin.
 */
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { Injectable } from '@nestjs/common';
import { originTest, parseOrigin } from '../../settings/limits/origin-patterns.ts';
import type { Origin, OriginTest } from '../../settings/limits/origin-patterns.ts';
import { Settings } from '../../settings/settings.ts';
import type { Problem } from '../upgrade/problem.ts';

/** Whoever develops: any port of the own machine, and pages that are opened from disk. */
const IN_DEVELOPMENT = [
  'null',
  ...['localhost', '127.0.0.1', '[::1]'].flatMap((host) => [`http://${host}:*`, `https://${host}:*`]),
];

const NOT_ALLOWED: Problem = {
  status: 403,
  code: 'origin_not_allowed',
  detail: 'Pages of this origin may not connect. Whoever runs this server can allow it in ALLOWED_ORIGINS.',
};

const REQUIRED: Problem = {
  ...NOT_ALLOWED,
  detail:
    'Only pages may connect, and this request has no Origin header. Whoever runs this server can set REQUIRE_ORIGIN=false.',
};

/** Judges requests by their origin, WebSockets and plain ones alike. */
@Injectable()
export class Origins {
  private readonly tests: readonly OriginTest[];

  /** @throws Error when `allowedOrigins` holds what is no pattern */
  constructor(private readonly settings: Settings) {
    const { allowedOrigins, nodeEnv } = settings;
    const patterns = allowedOrigins ?? (nodeEnv === 'production' ? [] : IN_DEVELOPMENT);
    this.tests = patterns.map((pattern) => {
      const test = originTest(pattern);
      if (!test) throw new Error(`"${pattern}" in allowedOrigins is no origin.`);
      return test;
    });
  }

  /** Why a WebSocket of this request is refused, if it is. */
  handshakeProblem(request: IncomingMessage): Problem | undefined {
    if (request.headers.origin === undefined) return this.settings.requireOrigin ? REQUIRED : undefined;
    return this.problem(request);
  }

  /**
   * Why a request is refused that reads or changes something for who sent it, if it is. CORS is not offered: a page elsewhere can
   * read no answer, but what it asks for would be done. A request without an origin comes from no such page.
   */
  problem({ headers, socket }: IncomingMessage): Problem | undefined {
    const { origin: written, host = '' } = headers;
    if (written === undefined) return undefined;
    // As some pages from disk call themselves.
    const name = written === 'file://' ? 'null' : written;
    const origin = parseOrigin(name);
    if (origin && isOwn(origin, host, socket instanceof TLSSocket)) return undefined;
    return this.tests.some((test) => test(name, origin)) ? undefined : NOT_ALLOWED;
  }
}

/** Behind a proxy that ends TLS it is not known which scheme a page of our own has. */
function isOwn({ scheme, hostname, port }: Origin, host: string, hasTls: boolean): boolean {
  if (scheme !== 'https:' && (scheme !== 'http:' || hasTls)) return false;
  const own = parseOrigin(`${scheme}//${host}`);
  return own?.hostname === hostname && own.port === port;
}
