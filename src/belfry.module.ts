/**
 * The rooms that another Nest application can stand on: gateways with a floor, channels, access, the engine, settings.
 * It brings no page and no routes of HTTP, and relies on GatewayAdapter: `app.useWebSocketAdapter(new GatewayAdapter(app))`.
 */
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AccessModule } from './access/access.module.ts';
import { ChannelsModule } from './channels/channels.module.ts';
import { EngineModule } from './engine/engine.module.ts';
import { GatewayModule } from './gateway/gateway.module.ts';
import { Settings, settingsWith } from './settings/settings.ts';
import { SettingsModule } from './settings/settings.module.ts';

/** Import it once, at the root of the application. Exports ChannelsService to every module. */
@Module({})
export class BelfryModule {
  /**
   * @param settings from `loadSettings(process.env)`, or those that differ from the defaults (which are then not checked). The
   *   application listens itself: `port`, `host` and the TLS files are its own affair
   * @throws SettingsError when CHANNELS_FILE is set and wrong
   */
  static forRoot(settings: Settings | Partial<Settings> = {}): DynamicModule {
    const all = settings instanceof Settings ? settings : settingsWith(settings);
    return {
      module: BelfryModule,
      global: true,
      imports: [ChannelsModule, AccessModule, EngineModule, GatewayModule, SettingsModule.forRoot(all)],
      exports: [ChannelsModule],
    };
  }
}
