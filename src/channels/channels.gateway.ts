/**
 * Channels at `/ws`, as docs/protocol.md describes them. Needs no more of a client than a plain WebSocket.
 */
import { UseInterceptors } from '@nestjs/common';
import { Ack, ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets';
import { WebSocket } from 'ws';
import { BEARER_PROTOCOL, SUBPROTOCOL } from '../protocol/events.ts';
import type { HistoryAck, JoinAck, PresenceAck, PublishAck, User, WelcomeData } from '../protocol/events.ts';
import type { Publication } from '../engine/channel-log.ts';
import { Allow } from '../access/allow.decorator.ts';
import { connectionOf } from '../gateway/connection.ts';
import { HeartbeatInterceptor } from '../gateway/heartbeat/heartbeat.interceptor.ts';
import { Later } from '../gateway/messages/later.ts';
import { validityOf } from '../gateway/upgrade/identity.ts';
import { Settings } from '../settings/settings.ts';
import { ChannelsService } from './channels.service.ts';
import { HistoryDto } from './dto/history.dto.ts';
import { JoinDto } from './dto/join.dto.ts';
import { LeaveDto } from './dto/leave.dto.ts';
import { MessageDto } from './dto/message.dto.ts';
import { PresenceDto } from './dto/presence.dto.ts';
import { PublicationLimit } from './publication-limit.ts';

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
    private readonly limit: PublicationLimit,
    private readonly settings: Settings,
  ) {}

  handleConnection(socket: WebSocket): void {
    const connection = connectionOf(socket);
    const { protocol } = socket;
    const isKnown = protocol === '' || protocol === SUBPROTOCOL || protocol.startsWith(BEARER_PROTOCOL);
    if (!isKnown) return connection.close('protocol_unknown');
    const { heartbeatInterval, heartbeatTimeout, maxPayload, maxChannels } = this.settings;
    connection.send('welcome', {
      connection: connection.id,
      user: connection.user,
      ...validityOf(connection.identity),
      heartbeat: { interval: heartbeatInterval, timeout: heartbeatTimeout },
      limits: { payload: maxPayload, channels: maxChannels },
    } satisfies WelcomeData);
  }

  async handleDisconnect(socket: WebSocket): Promise<void> {
    await this.channels.leaveAll(connectionOf(socket));
  }

  /** Answers by itself: the ack must leave before anything of the channel does. */
  @Allow('join')
  @SubscribeMessage('join')
  async join(
    @ConnectedSocket() socket: WebSocket,
    @MessageBody() { channel, last, since = last === undefined ? undefined : { last } }: JoinDto,
    @Ack() ack: (data: JoinAck) => void,
  ): Promise<void> {
    await this.channels.join(connectionOf(socket), { channel, ...(since && { since }) }, ack);
  }

  @SubscribeMessage('leave')
  async leave(@ConnectedSocket() socket: WebSocket, @MessageBody() { channel }: LeaveDto): Promise<void> {
    await this.channels.leave(connectionOf(socket), channel);
  }

  /** Appends keep their order without waiting for each other: those that wait together become durable together. */
  @Allow('publish')
  @SubscribeMessage('message')
  message(@ConnectedSocket() socket: WebSocket, @MessageBody() message: MessageDto): Later<PublishAck> {
    const { user } = connectionOf(socket);
    this.limit.admit(user.id, message.channel);
    return new Later(this.channels.publish(message.channel, publicationOf(message, user)));
  }

  @Allow('history')
  @SubscribeMessage('history')
  async history(@MessageBody() request: HistoryDto): Promise<HistoryAck> {
    return this.channels.history(request);
  }

  @Allow('presence')
  @SubscribeMessage('presence')
  async presence(@MessageBody() { channel }: PresenceDto): Promise<PresenceAck> {
    return this.channels.present(channel);
  }

  @SubscribeMessage('ping')
  @UseInterceptors(HeartbeatInterceptor)
  ping(): void {
    // Its being handled is the whole answer.
  }
}

/** Property by property: whatever else a client sends along must not pass for the author, nor reach anybody. */
function publicationOf({ text, data, key }: MessageDto, { id, name }: User): Publication {
  return {
    from: id,
    ...(name !== undefined && { name }),
    ...(text !== undefined && { text }),
    ...(data !== undefined && { data }),
    ...(key !== undefined && { key }),
  };
}
