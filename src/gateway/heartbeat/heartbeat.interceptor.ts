/**
 * Answers an application's heartbeat: `ping`, which pages send because a browser lets them send no ping frame, with `pong`.
 * Signs of life are noted where frames arrive, for all gateways and at no cost; a handler needs this for the answer alone.
 */
import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { WsResponse } from '@nestjs/websockets';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import type { PongData } from '../../protocol/events.ts';

/** For handlers of `ping`: `@UseInterceptors(HeartbeatInterceptor)`. Whatever they return, `pong {at}` is answered. */
@Injectable()
export class HeartbeatInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<WsResponse<PongData>> {
    return next.handle().pipe(map(() => ({ event: 'pong', data: { at: Date.now() } })));
  }
}
