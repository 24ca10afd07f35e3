/** HTTP for backends and operators: publish, history, presence, channels, connections. */
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ChannelsModule } from '../channels/channels.module.ts';
import { Callers } from './callers/callers.ts';
import { KeyRing } from './keys/key-ring.ts';
import { ProblemFilter } from './problems/problem.filter.ts';
import { CONTROLLERS, Routes } from './routes.ts';
import { UnknownRouteController } from './unknown-route.controller.ts';

/** Needs GatewayModule, EngineModule and SettingsModule. */
@Module({
  imports: [ChannelsModule],
  controllers: [...CONTROLLERS, UnknownRouteController],
  providers: [KeyRing, Callers, Routes, { provide: APP_FILTER, useClass: ProblemFilter }],
})
export class ApiModule {}
