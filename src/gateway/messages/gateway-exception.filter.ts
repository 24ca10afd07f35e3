/**
 * Turns whatever a guard, a pipe or a handler of a gateway throws into the one `error` frame that answers the request.
 * It stands behind the filters that a gateway's author wrote, which come first.
 */
import { Catch, Logger } from '@nestjs/common';
import type { ArgumentsHost, WsExceptionFilter } from '@nestjs/common';
import { describe, isUnforeseen } from './gateway-error.ts';
import { replyOf } from './reply.ts';

/** The last filter of every gateway. */
@Catch()
export class GatewayExceptionFilter implements WsExceptionFilter {
  private readonly logger = new Logger('Gateway');

  catch(exception: unknown, host: ArgumentsHost): void {
    // What the author did not foresee is a defect and logged whole; the client is told nothing of it.
    if (isUnforeseen(exception)) this.logger.error(describe(exception));
    replyOf(host)?.error(exception);
  }
}
