/**
 * Notes a sign of life for every message that reaches a handler. Pings and pongs are noted where they arrive.
 */
import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { WebSocket } from 'ws';
import { connectionOf } from '../connection.ts';

/** The outermost interceptor of every gateway. */
@Injectable()
export class HeartbeatInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    connectionOf(context.switchToWs().getClient<WebSocket>()).seen();
    return next.handle();
  }
}
