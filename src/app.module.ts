/** The plan of the house: one line per room. */
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AccessModule } from './access/access.module.ts';
import { ApiModule } from './api/api.module.ts';
import { ChannelsModule } from './channels/channels.module.ts';
import { EngineModule } from './engine/engine.module.ts';
import { GatewayModule } from './gateway/gateway.module.ts';
import { HealthModule } from './health/health.module.ts';
import type { Settings } from './settings/settings.ts';
import { SettingsModule } from './settings/settings.module.ts';

/** All of Belfry. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ApiModule,
        HealthModule,
        ChannelsModule,
        AccessModule,
        EngineModule,
        GatewayModule,
        SettingsModule.forRoot(settings),
      ],
    };
  }
}
