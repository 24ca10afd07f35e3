/**
 * The channel log in Redis, for several nodes: a stream for each channel, written by one script, heard of by pub/sub.
 * Relies on scripts/ for what is atomic, on ChannelNews for the order of what is told, on the connection to find Redis again.
 * While Redis is away nothing is lost of what was acknowledged: what it lost itself begins a new epoch.
 */
import type {
  Appended,
  AppendedListener,
  ChannelLog,
  EngineHealth,
  ListedChannel,
  ListRequest,
  Page,
  PageRequest,
  Publication,
  Reach,
  ResetListener,
} from '../../channel-log.ts';
import { EngineUnavailable } from '../../engine-unavailable.ts';
import type { RetentionOf } from '../../retention.ts';
import { Appender } from './appender.ts';
import { ChannelNews } from './channel-news.ts';
import { ChannelList } from './channel-list.ts';
import type { NewsListeners } from './channel-news.ts';
import { ChannelStore } from './channel-store.ts';
import type { RedisConnection } from '../connection/connection.ts';
import { CHECK, News } from './news.ts';

/** What a log in Redis is made of. */
export interface RedisLogOptions {
  /** Milliseconds that an idempotency key is remembered. */
  readonly idempotencyTtl: number;
  readonly retention: RetentionOf;
  /** The clock, ms since 1970. Those of several nodes need not agree to the millisecond. */
  readonly now?: () => number;
  /** Milliseconds between two looks at channels in which nothing happens. */
  readonly check?: number;
}

/** The log in Redis. */
export class RedisLog implements ChannelLog {
  private readonly store: ChannelStore;
  private readonly channels: ChannelList;
  private readonly news: News;
  private readonly appender: Appender;
  private readonly appended: AppendedListener[] = [];
  private readonly reset: ResetListener[] = [];
  private closing: Promise<void> | undefined;

  /** @param connection closed with the log */
  constructor(
    private readonly connection: RedisConnection,
    { idempotencyTtl, retention, now = Date.now, check = CHECK }: RedisLogOptions,
  ) {
    this.store = new ChannelStore(connection, { idempotencyTtl, retention, now });
    this.channels = new ChannelList(connection, this.store);
    const listeners: NewsListeners = {
      appended: (batch) => {
        for (const listener of this.appended) listener(batch);
      },
      reset: (channel, epoch) => {
        for (const listener of this.reset) listener(channel, epoch);
      },
    };
    this.news = new News(connection, (channel) => new ChannelNews(channel, this.store, listeners), check);
    this.appender = new Appender(connection, this.store, {
      now,
      told: async (channel, epoch, offset) => this.news.told(channel, epoch, offset),
    });
  }

  async append(channel: string, publication: Publication): Promise<Appended> {
    this.refuseIfClosed();
    return this.appender.append(channel, publication);
  }

  async read(request: PageRequest): Promise<Page> {
    this.refuseIfClosed();
    return this.store.read(request);
  }

  async reach(channel: string): Promise<Reach> {
    this.refuseIfClosed();
    return this.store.reach(channel);
  }

  async list(request: ListRequest): Promise<readonly ListedChannel[]> {
    this.refuseIfClosed();
    return this.channels.list(request);
  }

  async watch(channel: string): Promise<void> {
    this.refuseIfClosed();
    return this.news.watch(channel);
  }

  unwatch(channel: string): void {
    this.news.unwatch(channel);
  }

  onAppended(listener: AppendedListener): void {
    this.appended.push(listener);
  }

  onReset(listener: ResetListener): void {
    this.reset.push(listener);
  }

  async health(): Promise<EngineHealth> {
    return this.closing ? { status: 'down', reason: CLOSED } : this.connection.health();
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await this.appender.finish();
    this.news.close();
    await this.connection.close();
  }

  private refuseIfClosed(): void {
    if (this.closing) throw new EngineUnavailable(CLOSED);
  }
}

const CLOSED = 'The log is closed.';
