/**
 * Gives every room the one `Settings` of this server, and the rules of its channels.
 * Relies on whoever starts the server to have loaded them: settings are checked before Nest begins.
 * Global: a room injects `Settings` by its class and imports nothing.
 */
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ChannelRules } from './channel-rules.ts';
import { Settings } from './settings.ts';

@Module({})
export class SettingsModule {
  /**
   * @param settings what `loadSettings` gave, or `settingsWith` in a test
   * @throws SettingsError when CHANNELS_FILE is set and wrong
   */
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      global: true,
      providers: [
        { provide: Settings, useValue: settings },
        { provide: ChannelRules, useValue: ChannelRules.read(settings) },
      ],
      exports: [Settings, ChannelRules],
    };
  }
}
