/**
 * The announcement channel at `/`, in the plain protocol: everyone hears everything, the author included.
 * It is the channel `announcements` of `/ws`: what is said at one is heard at the other.
 */
import { UseInterceptors } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets';
import { WebSocket } from 'ws';
import { ANNOUNCEMENTS } from '../protocol/events.ts';
import type { PublishAck } from '../protocol/events.ts';
import { Allow } from '../access/allow.decorator.ts';
import { allows } from '../access/permissions.ts';
import { connectionOf } from '../gateway/connection.ts';
import { HeartbeatInterceptor } from '../gateway/heartbeat/heartbeat.interceptor.ts';
import { GatewayError } from '../gateway/messages/gateway-error.ts';
import { Later } from '../gateway/messages/later.ts';
import { turnAway } from '../gateway/upgrade/entrance.ts';
import { Settings } from '../settings/settings.ts';
import { ChannelsService } from './channels.service.ts';
import { AnnouncementDto } from './dto/announcement.dto.ts';
import { PLAIN } from './plain-format.ts';
import { PublicationLimit } from './publication-limit.ts';

/** Serves `/`. */
@WebSocketGateway({ path: '/', format: PLAIN })
export class AnnouncementsGateway implements OnGatewayConnection, OnGatewayDisconnect {
  constructor(
    private readonly channels: ChannelsService,
    private readonly limit: PublicationLimit,
    private readonly settings: Settings,
  ) {}

  async handleConnection(socket: WebSocket): Promise<void> {
    const connection = connectionOf(socket);
    if (!allows(connection.identity, 'join', ANNOUNCEMENTS)) {
      turnAway(connection, new GatewayError('forbidden', 'You are not allowed to hear the announcements.'));
      return;
    }
    await this.channels.join(connection, { channel: ANNOUNCEMENTS }, () => {
      connection.send('welcome', { text: this.settings.welcomeText });
    });
  }

  async handleDisconnect(socket: WebSocket): Promise<void> {
    await this.channels.leaveAll(connectionOf(socket));
  }

  /** A guest says in each message who it is, and the id of its connection tells two of the same name apart; a token says it itself. */
  @Allow('publish', ANNOUNCEMENTS)
  @SubscribeMessage('message')
  message(@ConnectedSocket() socket: WebSocket, @MessageBody() { id, text }: AnnouncementDto): Later<PublishAck> {
    const { user, identity } = connectionOf(socket);
    this.limit.admit(user.id, ANNOUNCEMENTS);
    const name = identity.isGuest ? id : user.name;
    return new Later(
      this.channels.publish(ANNOUNCEMENTS, { from: user.id, ...(name !== undefined && { name }), text }),
    );
  }

  @SubscribeMessage('ping')
  @UseInterceptors(HeartbeatInterceptor)
  ping(): void {
    // Its being handled is the whole answer.
  }
}
