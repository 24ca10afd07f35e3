/** The main job: channels at `/ws`, announcements at `/`, and the service behind both for gateways of your own. */
import { Module } from '@nestjs/common';
import { AnnouncementsGateway } from './announcements.gateway.ts';
import { ChannelsGateway } from './channels.gateway.ts';
import { ChannelsService } from './channels.service.ts';
import { ChannelCounts } from './counts/channel-counts.ts';
import { FanOut } from './fan-out.ts';
import { Presence } from './presence.ts';
import { PublicationLimit } from './publication-limit.ts';

/**
 * Exports ChannelsService, PublicationLimit for whoever publishes at the request of a user, and what tells of the work of both:
 * ChannelCounts and FanOut. Needs GatewayModule, EngineModule and SettingsModule.
 */
@Module({
  providers: [
    ChannelCounts,
    FanOut,
    Presence,
    PublicationLimit,
    ChannelsService,
    ChannelsGateway,
    AnnouncementsGateway,
  ],
  exports: [ChannelsService, PublicationLimit, ChannelCounts, FanOut],
})
export class ChannelsModule {}
