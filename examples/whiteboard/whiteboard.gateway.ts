/**
 * Boards that many draw on at once, in the protocol of y-websocket, whose stock client connects to `/whiteboard/<room>`.
 */
import { ConnectedSocket, MessageBody, WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets';
import { connectionOf, GatewayError, RawMessages } from 'belfry';
import type { Connection, RawFrame } from 'belfry';
import { WebSocket } from 'ws';
import type { Room } from './room.ts';
import { Rooms } from './rooms.ts';

/** Serves `/whiteboard/` and the name of a board. */
@WebSocketGateway({ path: '/whiteboard/*' })
export class WhiteboardGateway implements OnGatewayConnection, OnGatewayDisconnect {
  private readonly boards = new WeakMap<Connection, Room>();

  constructor(private readonly rooms: Rooms) {}

  /** The floor keeps the client's frames until this has ended. */
  async handleConnection(socket: WebSocket): Promise<void> {
    const connection = connectionOf(socket);
    this.boards.set(connection, await this.rooms.enter(connection.rest ?? '', connection));
  }

  async handleDisconnect(socket: WebSocket): Promise<void> {
    const connection = connectionOf(socket);
    this.boards.get(connection)?.leave(connection);
    await this.rooms.left(connection.rest ?? '');
  }

  @RawMessages()
  message(@ConnectedSocket() socket: WebSocket, @MessageBody() { payload, binary }: RawFrame): Uint8Array | undefined {
    if (!binary) throw new GatewayError('invalid', 'Messages of y-websocket are binary.');
    const connection = connectionOf(socket);
    return this.boards.get(connection)?.receive(connection, payload);
  }
}
