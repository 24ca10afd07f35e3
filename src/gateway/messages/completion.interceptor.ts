/**
 * Lets a handler that was stopped be told from one that returned nothing: Nest turns an exception that a filter took into
 * `undefined`, but ends a stream without a value. Costs a stream for each message, so only gateways with filters have it.
 */
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';

/** Makes a stream of one value of what a handler returns, and changes nothing else. */
export class CompletionInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle();
  }
}
