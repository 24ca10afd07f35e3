/** Tokens for tests, as somebody's backend would issue them. */
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';

/** Of 32 bytes, the fewest that are taken. */
export const SECRET = 'a secret that has 32 bytes, no 33';

/** What a test may want otherwise. */
export interface TokenOptions {
  readonly key?: Parameters<SignJWT['sign']>[0];
  readonly header?: { readonly alg: string; readonly [name: string]: unknown };
}

/** A token of `ann` that holds for an hour, signed with SECRET; `claims` come on top. */
export async function tokenFor(
  claims: Readonly<Record<string, unknown>> = {},
  { key, header }: TokenOptions = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ sub: 'ann', iat: now, exp: now + 3600, ...claims })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(key ?? new TextEncoder().encode(SECRET), header?.['crit'] ? { crit: { odd: true } } : undefined);
}

/** How a token gets to the server. */
export type Place = 'header' | 'subprotocol' | 'query';

/** What a client sends in its handshake to show a token. */
export function shown(token: string, place: Place = 'header') {
  return {
    path: place === 'query' ? `?token=${encodeURIComponent(token)}` : '',
    protocols: place === 'subprotocol' ? ['belfry.v1', `bearer.${token}`] : [],
    options: place === 'header' ? { headers: { Authorization: `Bearer ${token}` } } : {},
  };
}

/** The answer to a handshake that is refused in plain HTTP. */
export async function refusalOf(url: string, token: string): Promise<{ status: number; auth?: string; body: string }> {
  const socket = new WebSocket(url, [], shown(token).options);
  socket.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('It was let in.')));
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      const auth = response.headers['www-authenticate'];
      response.once('end', () => resolve({ status: response.statusCode ?? 0, ...(auth && { auth }), body }));
    });
  });
}
