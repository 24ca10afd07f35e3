/**
 * Where the token of a request is: in its Authorization, among its subprotocols (pages in a browser can set no header), or,
 * where that is switched on, in its query.
 */
import type { IncomingMessage } from 'node:http';
import { BEARER_PROTOCOL } from '../../protocol/events.ts';

/** A token, and where it was found. */
export interface PlacedToken {
  readonly token: string;
  readonly place: 'header' | 'subprotocol' | 'query';
}

/** The token of a request, which may be an empty text; undefined when it has none. */
export function tokenOf({ headers, url = '' }: IncomingMessage): PlacedToken | undefined {
  const bearer = /^bearer(?: +(.*))?$/i.exec(headers.authorization ?? '');
  if (bearer) return { token: bearer[1]?.trim() ?? '', place: 'header' };
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  const subprotocol = offered.find((name) => name.startsWith(BEARER_PROTOCOL));
  if (subprotocol !== undefined) return { token: subprotocol.slice(BEARER_PROTOCOL.length), place: 'subprotocol' };
  const [, asked] = url.split('?');
  const query = asked === undefined ? null : new URLSearchParams(asked).get('token');
  return query === null ? undefined : { token: query, place: 'query' };
}
