/**
 * The answer to one request: however its handler ends, exactly one frame carries the request's id back.
 */
import { Logger } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { WsResponse } from '@nestjs/websockets';
import type { RequestId } from '../../protocol/events.ts';
import type { Connection } from '../connection.ts';
import { describe, GatewayError, isUnforeseen, toGatewayError } from './gateway-error.ts';
import { isObject } from './json.ts';

const logger = new Logger('Gateway');

/** What a request gets back. Also the last argument of a handler's execution context, so that filters find it. */
export class Reply {
  private answered = false;
  /** Whether its handler gives a stream if it is reached at all: then anything else says that it was stopped. */
  needsStream = false;

  constructor(
    private readonly connection: Connection,
    private readonly id?: RequestId,
  ) {}

  /**
   * Sends what a handler returned: a WsResponse under its own event, anything else as `ack`. Nothing is sent for undefined.
   * Never throws, since a stream or a callback of the handler's own may call it: what cannot be written is an error instead.
   */
  value(value: unknown): void {
    if (value === undefined || value === null) return;
    try {
      if (isWsResponse(value)) this.send(value.event, value.data);
      else this.send('ack', value);
    } catch (exception) {
      if (isUnforeseen(exception)) logger.error(`${this.connection.path} has no answer: ${describe(exception)}`);
      this.error(exception);
    }
  }

  /** Says of `exception` what a client may know: in an `error` frame, or by a close code where the format has no such frame. */
  error(exception: unknown): void {
    const { data } = toGatewayError(exception);
    this.connection.endpoint.counts.errors.add(data.code);
    const close = this.connection.format.closeFor?.(data);
    if (close === undefined) this.send('error', data);
    else this.connection.close(close);
  }

  /**
   * Answers a handler that has ended and was not answered yet.
   *
   * @param succeeded whether it produced a value, be it undefined: then `ack` without data. Without any it was stopped by a
   *   filter of its own that did not answer
   */
  end(succeeded: boolean): void {
    if (this.id === undefined || this.answered) return;
    if (succeeded) this.send('ack', undefined);
    else this.error(new GatewayError('internal'));
  }

  /** For `@Ack()`: the handler answers by itself, when it likes. */
  readonly ack = (value?: unknown): void => {
    this.value(value);
    this.end(true);
  };

  /** The first frame carries the id, later ones (of a handler that returns a stream) don't. */
  private send(event: string, data: unknown): void {
    this.connection.send(event, data, this.answered ? undefined : this.id);
    this.answered = true;
  }
}

/**
 * The reply of the request that `context` belongs to.
 *
 * @returns undefined when the handler was not called by Belfry's adapter
 */
export function replyOf(context: Pick<ExecutionContext, 'getArgs'>): Reply | undefined {
  return context.getArgs<unknown[]>().find((argument) => argument instanceof Reply);
}

/** A WsResponse has an event, data, and nothing else; so an object of the domain that has an `event` among others is none. */
function isWsResponse(value: unknown): value is WsResponse<unknown> {
  if (!isObject(value) || typeof value['event'] !== 'string') return false;
  return Object.keys(value).every((key) => key === 'event' || key === 'data');
}
