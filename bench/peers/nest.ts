/**
 * A plain Nest gateway as its documentation teaches it: the stock WsAdapter, a ValidationPipe, an interceptor that notes signs
 * of life, a loop over the clients, and an answer for the author. The DTO is Belfry's own, so that both check the same rules.
 * The text is encoded once, not once for each client.
 */
import 'reflect-metadata';
import type { Server } from 'node:http';
import { Module, UseInterceptors, ValidationPipe } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import type { OnGatewayConnection, WsResponse } from '@nestjs/websockets';
import type { Observable } from 'rxjs';
import { WebSocket } from 'ws';
import type { Server as Sockets } from 'ws';
import { MessageDto } from '../../src/channels/dto/message.dto.ts';
import { announceListening } from './listening.ts';

const lastSeen = new WeakMap<WebSocket, number>();

class HeartbeatInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    lastSeen.set(context.switchToWs().getClient<WebSocket>(), Date.now());
    return next.handle();
  }
}

@WebSocketGateway()
@UseInterceptors(HeartbeatInterceptor)
class NewsGateway implements OnGatewayConnection {
  @WebSocketServer()
  private readonly server!: Sockets;

  handleConnection(client: WebSocket): void {
    client.send(JSON.stringify({ event: 'welcome' }));
  }

  @SubscribeMessage('message')
  message(@MessageBody(new ValidationPipe({ transform: true })) news: MessageDto): WsResponse<{ at: number }> {
    const frame = JSON.stringify({ event: 'message', data: news });
    for (const client of this.server.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(frame);
    }
    return { event: 'ack', data: { at: Date.now() } };
  }
}

@Module({ providers: [NewsGateway] })
class NewsModule {}

const app = await NestFactory.create(NewsModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
app.useWebSocketAdapter(new WsAdapter(app));
await app.listen(0, '127.0.0.1');
announceListening(app.getHttpServer() as Server);
