/**
 * Answers to what never becomes a request: bytes that are no HTTP, headers without end, a path that cannot be decoded. As all
 * refusals they are problem documents, and say nothing of what came.
 */
import type { Duplex } from 'node:stream';
import { PROBLEM_TYPE, problemBody, refuse } from './problem.ts';
import type { Problem } from './problem.ts';

const NO_HTTP: Problem = { status: 400, code: 'bad_request', detail: 'This is no request in HTTP/1.1.' };

/** By the codes that Node gives its errors; every other one says that it could not read what came. */
const PROBLEMS: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headers_too_large', detail: 'The headers are larger than they may be.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'too_slow', detail: 'The request did not come in time.' },
};

/** Fastify's `clientErrorHandler`: what Node could not read as a request. */
export function answerUnreadable({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) refuse(socket, PROBLEMS[code] ?? NO_HTTP);
  else socket.destroy();
}

/** As far as Fastify's reply is needed here. */
interface Reply {
  code(status: number): this;
  headers(headers: Readonly<Record<string, string>>): this;
  send(body: string): this;
}

/** Fastify's `frameworkErrors`: a request that it could find no route for, since its path cannot be decoded. */
export function answerUndecodable(_error: Error, _request: unknown, reply: Reply): void {
  const problem = { ...NO_HTTP, detail: 'The path cannot be decoded.' };
  const headers = { 'Content-Type': PROBLEM_TYPE, 'X-Content-Type-Options': 'nosniff' };
  reply
    .code(problem.status)
    .headers(headers)
    .send(JSON.stringify(problemBody(problem)));
}
