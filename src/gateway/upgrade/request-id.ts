/**
 * A name for each HTTP request, upgrades included, by which its caller, a proxy and our log can speak of the same one: the
 * header `X-Request-Id`.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The header, both ways. */
export const REQUEST_ID = 'X-Request-Id';

/** What is taken over from a caller: what a log can hold without harm. */
const SANE = /^[\w.:=@+/-]{1,128}$/;

const ids = new WeakMap<IncomingMessage, string>();

/** What the request calls itself, if that is sane; otherwise an id that is made for it, the same each time. */
export function requestIdOf(request: IncomingMessage): string {
  const asked = request.headers['x-request-id'];
  if (typeof asked === 'string' && SANE.test(asked)) return asked;
  const known = ids.get(request) ?? randomUUID();
  ids.set(request, known);
  return known;
}
