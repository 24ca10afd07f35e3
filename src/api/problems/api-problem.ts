/**
 * Everything that the HTTP interface refuses, as a problem document (RFC 9457) with a stable code. What is thrown anywhere below
 * becomes one here: errors of the channels have the codes that they have on a WebSocket, and nothing of the inside leaks out.
 */
import { toGatewayError } from '../../gateway/messages/gateway-error.ts';
import type { Problem } from '../../gateway/upgrade/problem.ts';
import { SECOND } from '../../settings/units.ts';
import type { ErrorCode, ErrorData } from '../../protocol/error-codes.ts';

/** Throw it from whatever answers a request. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Milliseconds after which to try again what is not possible for now. */
const RETRY_AFTER = 1 * SECOND;

const STATUS: Partial<Record<ErrorCode, number>> = {
  bad_json: 400,
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  too_many_requests: 429,
  unavailable: 503,
};

/** What the caller is told about `exception`. */
export function problemOf(exception: unknown): Problem {
  if (exception instanceof ApiProblem) return exception.problem;
  return problemFrom(toGatewayError(exception).data);
}

/** An error of the channels as a problem. */
export function problemFrom({ code, message, details, retryAfter = RETRY_AFTER }: ErrorData): Problem {
  const status = STATUS[code] ?? 500;
  const mayComeBack = status === 429 || status === 503;
  return {
    status,
    code,
    detail: message,
    ...(details && { errors: details }),
    ...(status === 401 && { headers: { 'WWW-Authenticate': 'Bearer' } }),
    ...(mayComeBack && { headers: { 'Retry-After': String(Math.ceil(retryAfter / SECOND)) } }),
  };
}
