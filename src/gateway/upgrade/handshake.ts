/**
 * Reads an upgrade request and decides whether it may become a WebSocket (RFC 6455 section 4.2.1).
 * Stricter than ws where the RFC is: a version other than 13 gets 426 with the version that we speak, a missing Host gets 400.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { length } from 'class-validator';
import type { User } from '../../protocol/events.ts';
import { METHOD_NOT_ALLOWED, UPGRADE_REQUIRED } from './problem.ts';
import type { Problem } from './problem.ts';

/** Characters of a name. */
export const MAX_NAME_LENGTH = 64;

/** Control and format characters: they let a name look like another, or turn the text around it. */
export const INVISIBLE = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

/** Characters of a guest's secret. */
const MIN_SECRET_LENGTH = 16;
const MAX_SECRET_LENGTH = 128;

/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;

/** The path of a request, without its query; also of one that names the whole address (RFC 9112 section 3.2.2). */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)[0] || '/';
}

/** What is wrong with the handshake itself, if anything. */
export function handshakeProblem({ method, headers, httpVersion }: IncomingMessage): Problem | undefined {
  if (method !== 'GET') return METHOD_NOT_ALLOWED;
  if (httpVersion === '1.0') return badRequest('http_version', 'A WebSocket handshake is made with HTTP/1.1.');
  if (!headers.host) return badRequest('host_required', 'The handshake has no Host header.');
  // What stands behind the head would be taken for frames.
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0) {
    return badRequest('body_not_allowed', 'A WebSocket handshake has no body.');
  }
  if (headers['sec-websocket-version'] !== '13') {
    return {
      ...UPGRADE_REQUIRED,
      code: 'version_not_supported',
      detail: 'Only version 13 of the WebSocket protocol (RFC 6455) is spoken here.',
      headers: { ...UPGRADE_REQUIRED.headers, 'Sec-WebSocket-Version': '13' },
    };
  }
  if (!KEY.test(headers['sec-websocket-key'] ?? '')) {
    return badRequest('key_required', 'Sec-WebSocket-Key is missing, or is not 16 bytes in base64.');
  }
  return undefined;
}

/**
 * Who connects, as long as nobody proves to be someone: a guest. It may have a name (`?name=Ann`), and a secret of its own
 * (`?client=`) by which it stays the same user over reconnects; others see only what follows from the secret.
 *
 * @returns a problem when the name is not of 1..64 characters, or the secret not of 16..128
 */
export function guestOf({ url = '' }: IncomingMessage): User | Problem {
  const [, asked] = url.split('?');
  if (asked === undefined) return { id: `guest-${randomUUID()}` };
  const query = new URLSearchParams(asked);
  const name = query.get('name')?.trim() || undefined;
  const secret = query.get('client');
  if (name !== undefined && (!length(name, 1, MAX_NAME_LENGTH) || INVISIBLE.test(name))) {
    return badRequest('name_invalid', `A name has 1 to ${MAX_NAME_LENGTH} characters, none of them invisible.`);
  }
  if (secret !== null && !length(secret, MIN_SECRET_LENGTH, MAX_SECRET_LENGTH)) {
    const bounds = `${MIN_SECRET_LENGTH} to ${MAX_SECRET_LENGTH}`;
    return badRequest('client_invalid', `The parameter client is a random text of ${bounds} characters.`);
  }
  const id = `guest-${secret === null ? randomUUID() : createHash('sha256').update(secret).digest('hex').slice(0, 32)}`;
  return { id, ...(name !== undefined && { name }) };
}

function badRequest(code: string, detail: string): Problem {
  return { status: 400, code, detail };
}
