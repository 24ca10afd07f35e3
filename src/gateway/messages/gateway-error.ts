/**
 * An error that is meant for the client: a stable code, and a sentence that says what to do.
 * Whatever else is thrown in a gateway becomes one of these, so that nothing of the inside leaks out.
 */
import { isNativeError } from 'node:util/types';
import { HttpException } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { ERROR_CODES } from '../../protocol/error-codes.ts';
import type { RequestId } from '../../protocol/events.ts';
import type { ErrorCode, ErrorData } from '../../protocol/error-codes.ts';

/** What only some errors say. */
type ErrorMore = Pick<ErrorData, 'details' | 'retryAfter'>;

/** Throw it from a handler, a guard or a pipe: the client gets it as one `error` frame with its request's `id`. */
export class GatewayError extends WsException {
  /** What the client is sent. */
  readonly data: ErrorData;

  /**
   * @param code one of the codes of the protocol
   * @param message a sentence for people; the code's own sentence when left out. Never put what the client sent into it
   * @param more for `invalid` the `details`, for `too_many_requests` its `retryAfter`
   */
  constructor(code: ErrorCode, message: string = ERROR_CODES[code].message, more: ErrorMore = {}) {
    super(message);
    this.data = { code, message, temporary: ERROR_CODES[code].temporary, ...more };
  }
}

/** A frame that is not of the endpoint's protocol. Ten in a row close the connection. */
export class MalformedFrame extends GatewayError {
  /** @param id the request's id, where the frame has at least that */
  constructor(
    code: 'bad_json' | 'bad_envelope' | 'invalid',
    message?: string,
    readonly id?: RequestId,
  ) {
    super(code, message);
  }
}

/**
 * What the client is told about `exception`.
 * A WsException or an HttpException of status 4xx was written for clients and keeps its sentence; everything else is `internal`.
 */
export function toGatewayError(exception: unknown): GatewayError {
  if (exception instanceof GatewayError) return exception;
  if (exception instanceof WsException) return fromWsException(exception);
  if (exception instanceof HttpException) return fromHttpException(exception);
  return new GatewayError('internal');
}

/** Whether `exception` is a defect and no answer: something that its author did not foresee, to be logged whole. */
export function isUnforeseen(exception: unknown): boolean {
  return !(exception instanceof GatewayError) && toGatewayError(exception).data.code === 'internal';
}

/** An exception for the log, with its stack where it has one. */
export function describe(exception: unknown): string {
  return isNativeError(exception) ? (exception.stack ?? exception.message) : String(exception);
}

/** Nest itself throws this message, as a bare WsException, when a guard says no. */
const GUARD_SAID_NO = 'Forbidden resource';

function fromWsException(exception: WsException): GatewayError {
  return exception.message === GUARD_SAID_NO
    ? new GatewayError('forbidden')
    : new GatewayError('invalid', exception.message);
}

function fromHttpException(exception: HttpException): GatewayError {
  const status = exception.getStatus();
  if (status === 401 || status === 403) return new GatewayError('forbidden', exception.message);
  if (status >= 400 && status < 500) return new GatewayError('invalid', exception.message);
  return new GatewayError('internal');
}
