/** The main job: channels at `/ws`, announcements at `/`, and the service behind both for gateways of your own. */
import { Module } from '@nestjs/common';
import { AnnouncementsGateway } from './announcements.gateway.ts';
import { ChannelsGateway } from './channels.gateway.ts';
import { ChannelsService } from './channels.service.ts';
import { FanOut } from './fan-out.ts';
import { Presence } from './presence.ts';

/** Exports ChannelsService. Needs GatewayModule, EngineModule and SettingsModule. */
@Module({
  providers: [FanOut, Presence, ChannelsService, ChannelsGateway, AnnouncementsGateway],
  exports: [ChannelsService],
})
export class ChannelsModule {}
