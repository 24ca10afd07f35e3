/**
 * Refusals in plain HTTP, before a connection is a WebSocket: a problem document (RFC 9457) with a stable code.
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { InvalidProperty } from '../../protocol/error-codes.ts';
import { REQUEST_ID } from './request-id.ts';

/** Why a request is refused. */
export interface Problem {
  /** HTTP status, 4xx or 5xx. */
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  /** A sentence for people that says what to do. */
  readonly detail: string;
  /** For `invalid`: each property and the rules that it breaks. */
  readonly errors?: readonly InvalidProperty[];
  /** Further members of the document. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Further headers of the response. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The media type of a problem document. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/**
 * The document itself.
 *
 * @param requestId as `requestIdOf` has it, for the caller to ask about
 */
export function problemBody({ status, code, detail, errors, members }: Problem, requestId?: string): object {
  return { type: 'about:blank', title: STATUS_CODES[status], status, code, detail, requestId, errors, ...members };
}

/** Answers on the bare socket, as an upgrade request is, with a problem, and closes its socket once that is written. */
export function refuse(socket: Duplex, problem: Problem, requestId?: string): void {
  const body = JSON.stringify(problemBody(problem, requestId));
  const headers = {
    Connection: 'close',
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Content-Type-Options': 'nosniff',
    ...(requestId !== undefined && { [REQUEST_ID]: requestId }),
    ...problem.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`);
}

/** What a plain request to a gateway's path, or an upgrade to something else than a WebSocket, is told. */
export const UPGRADE_REQUIRED: Problem = {
  status: 426,
  code: 'upgrade_required',
  detail: 'A WebSocket is served here. Connect with the ws: or wss: scheme.',
  headers: { Upgrade: 'websocket', Connection: 'Upgrade, close' },
};

/** What a request is told that is no GET, where only GET has a meaning. */
export const METHOD_NOT_ALLOWED: Problem = {
  status: 405,
  code: 'method_not_allowed',
  detail: 'Only GET is answered here; a WebSocket handshake is a GET request too.',
  headers: { Allow: 'GET' },
};

/** What a request to a path is told where nothing is served. */
export const NOT_FOUND: Problem = {
  status: 404,
  code: 'not_found',
  detail: 'Nothing is served at this path.',
};

/** What Fastify refuses by itself, before anything of ours is asked, by its status. */
const REFUSED_BY_FASTIFY: Readonly<Record<number, Omit<Problem, 'status'>>> = {
  400: { code: 'bad_json', detail: 'The body is not valid JSON, or the request cannot be read.' },
  413: { code: 'too_large', detail: 'The body is larger than what is taken here. Send less at a time.' },
  414: { code: 'too_large', detail: 'The address is longer than what is taken here.' },
  415: { code: 'unsupported_media_type', detail: 'Send the body as JSON, with Content-Type: application/json.' },
};

/** What a request is told that was refused with a status of the 4xx alone. */
export function problemOfStatus(status: number): Problem {
  const { code, detail } = REFUSED_BY_FASTIFY[status] ?? { code: 'bad_request', detail: 'The request cannot be read.' };
  return { status, code, detail };
}
