/**
 * Channels at `/ws`, as docs/protocol.md describes them. Needs no more of a client than a plain WebSocket.
 */
import { Ack, ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection, OnGatewayDisconnect, WsResponse } from '@nestjs/websockets';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../protocol/events.ts';
import type { JoinAck, PongData, PublishAck, WelcomeData } from '../protocol/events.ts';
import { connectionOf } from '../gateway/connection.ts';
import { Settings } from '../settings/settings.ts';
import { ChannelsService } from './channels.service.ts';
import { JoinDto } from './dto/join.dto.ts';
import { LeaveDto } from './dto/leave.dto.ts';
import { MessageDto } from './dto/message.dto.ts';

/** A client that offers subprotocols gets ours if it is among them, else its first, and is then told that nobody speaks it. */
function chooseProtocol(offered: Set<string>): string | false {
  if (offered.has(SUBPROTOCOL)) return SUBPROTOCOL;
  return offered.values().next().value ?? false;
}

/** Serves `/ws`. */
@WebSocketGateway({ path: '/ws', handleProtocols: chooseProtocol })
export class ChannelsGateway implements OnGatewayConnection, OnGatewayDisconnect {
  constructor(
    private readonly channels: ChannelsService,
    private readonly settings: Settings,
  ) {}

  handleConnection(socket: WebSocket): void {
    const connection = connectionOf(socket);
    if (socket.protocol !== '' && socket.protocol !== SUBPROTOCOL) return connection.close('protocol_unknown');
    const { heartbeatInterval, heartbeatTimeout, maxPayload, maxChannels } = this.settings;
    connection.send('welcome', {
      connection: connection.id,
      user: connection.user,
      heartbeat: { interval: heartbeatInterval, timeout: heartbeatTimeout },
      limits: { payload: maxPayload, channels: maxChannels },
    } satisfies WelcomeData);
  }

  handleDisconnect(socket: WebSocket): void {
    this.channels.leaveAll(connectionOf(socket));
  }

  /** Answers by itself: the ack must leave before anything of the channel does. */
  @SubscribeMessage('join')
  join(
    @ConnectedSocket() socket: WebSocket,
    @MessageBody() { channel, since }: JoinDto,
    @Ack() ack: (data: JoinAck) => void,
  ): void {
    const connection = connectionOf(socket);
    this.channels.join(connection, channel, since, (start) => {
      ack(start.ack);
      if (start.gap) connection.send('gap', start.gap);
    });
  }

  @SubscribeMessage('leave')
  leave(@ConnectedSocket() socket: WebSocket, @MessageBody() { channel }: LeaveDto): void {
    this.channels.leave(connectionOf(socket), channel);
  }

  @SubscribeMessage('message')
  message(@ConnectedSocket() socket: WebSocket, @MessageBody() { channel, ...content }: MessageDto): PublishAck {
    const { id, name } = connectionOf(socket).user;
    return this.channels.publish(channel, { from: id, ...(name !== undefined && { name }), ...content });
  }

  @SubscribeMessage('ping')
  ping(): WsResponse<PongData> {
    return { event: 'pong', data: { at: Date.now() } };
  }
}
