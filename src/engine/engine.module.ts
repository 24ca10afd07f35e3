/**
 * Gives every room the log and the presence store, and closes them when the server leaves.
 * Relies on `Settings`. An engine that cannot start says so with `EngineStartError`, before anything listens.
 * Closed in the last phase of the shutdown: the clients are gone by then, and what they sent is kept.
 */
import { Global, Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { ChannelRules } from '../settings/channel-rules.ts';
import { Settings } from '../settings/settings.ts';
import { CHANNEL_LOG } from './channel-log.ts';
import type { ChannelLog } from './channel-log.ts';
import { EmbeddedLog } from './embedded/embedded-log.ts';
import { MemoryPresence } from './embedded/memory-presence.ts';
import { PRESENCE_STORE } from './presence-store.ts';
import type { PresenceStore } from './presence-store.ts';

const openLog = async (settings: Settings, rules: ChannelRules): Promise<ChannelLog> => {
  const logger = new Logger('Engine');
  return EmbeddedLog.open({
    directory: settings.dataDir,
    durability: settings.durability,
    idempotencyTtl: settings.idempotencyTtl,
    retention: (channel) => {
      const { historySize, historyTtl } = rules.ruleFor(channel);
      return { size: historySize, ttl: historyTtl };
    },
    onTrouble: (trouble) => logger.error(trouble),
  });
};

/** Exports the log and the presence store. Needs SettingsModule. */
@Global()
@Module({
  providers: [
    { provide: CHANNEL_LOG, inject: [Settings, ChannelRules], useFactory: openLog },
    { provide: PRESENCE_STORE, useFactory: () => new MemoryPresence() },
  ],
  exports: [CHANNEL_LOG, PRESENCE_STORE],
})
export class EngineModule implements OnApplicationShutdown {
  constructor(
    @Inject(CHANNEL_LOG) private readonly log: ChannelLog,
    @Inject(PRESENCE_STORE) private readonly presence: PresenceStore,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.presence.close();
    await this.log.close();
  }
}
