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
import { openRedis } from './redis/connection/open-redis.ts';
import { RedisLog } from './redis/log/redis-log.ts';
import { RedisPresence } from './redis/presence/redis-presence.ts';
import type { RetentionOf } from './retention.ts';
import { PRESENCE_STORE } from './presence-store.ts';
import type { PresenceStore } from './presence-store.ts';

interface Engine {
  readonly log: ChannelLog;
  readonly presence: PresenceStore;
}

const ENGINE = Symbol('Engine');

const openEngine = async (settings: Settings, rules: ChannelRules): Promise<Engine> => {
  const logger = new Logger('Engine');
  const { engine, dataDir, durability, idempotencyTtl, redisUrl } = settings;
  const onTrouble = (trouble: string): void => logger.error(trouble);
  const retention: RetentionOf = (channel) => {
    const { historySize, historyTtl } = rules.ruleFor(channel);
    return { size: historySize, ttl: historyTtl };
  };
  switch (engine) {
    case 'embedded': {
      const log = await EmbeddedLog.open({ directory: dataDir, durability, idempotencyTtl, retention, onTrouble });
      return { log, presence: new MemoryPresence() };
    }
    case 'redis': {
      const connection = await openRedis(redisUrl, onTrouble);
      return { log: new RedisLog(connection, { idempotencyTtl, retention }), presence: new RedisPresence(connection) };
    }
    default:
      return engine satisfies never;
  }
};

/** Exports the log and the presence store. Needs SettingsModule. */
@Global()
@Module({
  providers: [
    { provide: ENGINE, inject: [Settings, ChannelRules], useFactory: openEngine },
    { provide: CHANNEL_LOG, inject: [ENGINE], useFactory: ({ log }: Engine) => log },
    { provide: PRESENCE_STORE, inject: [ENGINE], useFactory: ({ presence }: Engine) => presence },
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
