/** The main job: channels at `/ws`, announcements at `/`, and the service behind both for gateways of your own. */
import { Module } from '@nestjs/common';
import { AnnouncementsGateway } from './announcements.gateway.ts';
import { ChannelsGateway } from './channels.gateway.ts';
import { ChannelsService } from './channels.service.ts';

/** Exports ChannelsService. */
@Module({
  providers: [ChannelsService, ChannelsGateway, AnnouncementsGateway],
  exports: [ChannelsService],
})
export class ChannelsModule {}
