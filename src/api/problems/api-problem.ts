/**
 * Everything that the HTTP interface refuses, as a problem document (RFC 9457) with a stable code. What is thrown anywhere below
 * becomes one here: errors of the channels have the codes that they have on a WebSocket, and nothing of the inside leaks out.
 */
import { HttpException } from '@nestjs/common';
import { GatewayError, toGatewayError } from '../../gateway/messages/gateway-error.ts';
import { METHOD_NOT_ALLOWED } from '../../gateway/upgrade/problem.ts';
import type { Problem } from '../../gateway/upgrade/problem.ts';
import type { ErrorCode, ErrorData } from '../../protocol/error-codes.ts';

/** Throw it from whatever answers a request. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Seconds after which to try again what is not possible for now. */
const RETRY_AFTER = '1';

const STATUS: Partial<Record<ErrorCode, number>> = {
  bad_json: 400,
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  unavailable: 503,
};

/** Refusals of Fastify itself, before anything of ours is asked. */
const OF_FASTIFY: Readonly<Record<number, Omit<Problem, 'status'>>> = {
  400: { code: 'bad_json', detail: 'The body is not valid JSON, or the request cannot be read.' },
  404: { code: 'not_found', detail: 'Nothing is served at this path.' },
  405: METHOD_NOT_ALLOWED,
  413: { code: 'too_large', detail: 'The body is larger than what is taken here. Send less at a time.' },
  414: { code: 'too_large', detail: 'The address is longer than what is taken here.' },
  415: { code: 'unsupported_media_type', detail: 'Send the body as JSON, with Content-Type: application/json.' },
};

/** What the caller is told about `exception`. */
export function problemOf(exception: unknown): Problem {
  if (exception instanceof ApiProblem) return exception.problem;
  if (exception instanceof HttpException && !(exception.cause instanceof GatewayError)) {
    const known = OF_FASTIFY[exception.getStatus()];
    if (known) return { status: exception.getStatus(), ...known };
  }
  return problemFrom(toGatewayError(exception).data);
}

/** An error of the channels as a problem. */
export function problemFrom({ code, message, details }: ErrorData): Problem {
  const status = STATUS[code] ?? 500;
  return {
    status,
    code,
    detail: message,
    ...(details && { errors: details }),
    ...(status === 401 && { headers: { 'WWW-Authenticate': 'Bearer' } }),
    ...(status === 503 && { headers: { 'Retry-After': RETRY_AFTER } }),
  };
}
