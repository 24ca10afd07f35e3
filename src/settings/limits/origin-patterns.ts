/**
 * Which pages may come: origins (RFC 6454) and patterns of them, as ALLOWED_ORIGINS lists them.
 * A star stands where it cannot be misread: for whole labels before a domain, for any port, or for everything.
 */
import { ArrayNotEmpty, IsArray, ValidateBy, ValidateIf } from 'class-validator';
import type { Notation } from '../from-env.ts';

/** An origin taken apart, in lower case, with the port that its scheme implies left out. */
export interface Origin {
  /** With its colon: `https:`. */
  readonly scheme: string;
  /** A name or an address, IPv6 in brackets. */
  readonly hostname: string;
  /** Empty for the scheme's own. */
  readonly port: string;
}

/** Neither path nor query, and nobody's name before the host. */
const ORIGIN = /^([a-z][a-z0-9+.-]*:)\/\/([^\s/?#@\\]+)$/i;

/** `https://*.example.org:*`: the scheme, the star of the labels, the rest, the star of the port. */
const PATTERN = /^([a-z][a-z0-9+.-]*:\/\/)(\*\.)?([^*]+?)(:\*)?$/i;

/**
 * Takes an origin apart.
 *
 * @param written as in the header `Origin`
 * @returns undefined for `null` and for what is no origin
 */
export function parseOrigin(written: string): Origin | undefined {
  const [, scheme = '', host = ''] = ORIGIN.exec(written) ?? [];
  if (!host || !URL.canParse(`${scheme}//${host}`)) return undefined;
  const { hostname, port } = new URL(`${scheme}//${host}`);
  return { scheme: scheme.toLowerCase(), hostname: hostname.toLowerCase(), port };
}

/** Whether an origin as it came in a header (`null` included) is one of a pattern. */
export type OriginTest = (written: string, origin: Origin | undefined) => boolean;

/**
 * Reads one pattern: an origin, `https://*.example.org` for every name below a domain (not the domain itself), `:*` for any port,
 * `null`, or `*`.
 *
 * @returns undefined when it is none
 */
export function originTest(pattern: string): OriginTest | undefined {
  if (pattern === '*') return () => true;
  if (pattern === 'null') return (written) => written === 'null';
  const [, scheme = '', labels, host = '', anyPort] = PATTERN.exec(pattern) ?? [];
  const wanted = parseOrigin(scheme + host);
  if (!wanted || (labels && !/^[^\d[]/.test(wanted.hostname.split('.').at(-1) ?? ''))) return undefined;
  if (anyPort && wanted.port !== '') return undefined;
  const parent = `.${wanted.hostname}`;
  return (_written, origin) => {
    if (origin?.scheme !== wanted.scheme || !(anyPort || origin.port === wanted.port)) return false;
    if (!labels) return origin.hostname === wanted.hostname;
    return origin.hostname.endsWith(parent) && origin.hostname.length > parent.length;
  };
}

/** A list of patterns; need not be set. */
export function optionalOrigins(): Notation<readonly string[]> {
  return {
    allowed:
      'origins between commas, such as https://example.org,https://*.example.org,http://localhost:*, and null for files; or *',
    rules: [
      ValidateIf((_settings, value) => value !== undefined),
      IsArray(),
      ArrayNotEmpty(),
      ValidateBy({ name: 'areOrigins', validator: { validate: arePatterns } }),
    ],
    parse: (written) => written.split(',').map((pattern) => pattern.trim()),
    format: (patterns) => patterns.join(),
  };
}

function arePatterns(value: unknown): boolean {
  return Array.isArray(value) && value.every((pattern) => typeof pattern === 'string' && originTest(pattern));
}
