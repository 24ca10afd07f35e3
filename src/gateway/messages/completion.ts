/**
 * Lets a handler that was stopped be told from one that returned nothing: Nest turns both into `undefined` when a filter took
 * the exception and said nothing. Costs a stream for each message, so only gateways with filters have it.
 */
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { replyOf } from './reply.ts';

/** Comes before all guards of a gateway: who is refused by one of them never gets to the interceptor behind. */
export class CompletionGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const reply = replyOf(context);
    if (reply) reply.needsStream = true;
    return true;
  }
}

/** Makes a stream of one value of what a handler returns, and changes nothing else: it ends without one after an exception. */
export class CompletionInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle();
  }
}
