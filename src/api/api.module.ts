/** HTTP for backends and operators: publish, history, presence, channels, connections. */
import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/channels.module.ts';
import { Callers } from './callers/callers.ts';
import { DocsController } from './docs/docs.controller.ts';
import { CONTROLLERS, Routes } from './routes.ts';
import { UnknownRouteController } from './unknown-route.controller.ts';

/** Needs AccessModule, GatewayModule, EngineModule and SettingsModule. */
@Module({
  imports: [ChannelsModule],
  controllers: [...CONTROLLERS, DocsController, UnknownRouteController],
  providers: [Callers, Routes],
})
export class ApiModule {}
