/**
 * The channels that this node hears: one subscription each, however many listen; subscribed anew whenever Redis comes back.
 * Relies on pub/sub to be fast and on nothing more of it: what it loses is read from the stream, at once where a gap shows, at each
 * reconnect, and otherwise within CHECK, by one cheap look at each channel.
 */
import { inChunks } from '../in-chunks.ts';
import type { ChannelNews } from './channel-news.ts';
import { newsChannel } from './channel-keys.ts';
import type { RedisConnection } from '../connection/connection.ts';

/** Milliseconds between two looks at channels in which nothing happens. */
export const CHECK = 30_000;

interface Watched {
  readonly news: ChannelNews;
  watchers: number;
  /** Resolves when it is told from now on. */
  ready: Promise<void>;
}

/** All channels that are heard. */
export class News {
  private readonly watched = new Map<string, Watched>();
  private readonly byPlace = new Map<string, ChannelNews>();
  private readonly timer: NodeJS.Timeout;
  private isHeard = true;
  private looking: Promise<void> | undefined;

  /**
   * @param open makes the news of a channel
   * @param check milliseconds between two looks at all of them
   */
  constructor(
    private readonly connection: RedisConnection,
    private readonly open: (channel: string) => ChannelNews,
    check: number,
  ) {
    const { news } = connection;
    news.on(connection.isCluster ? 'smessage' : 'message', (place: string, message: string) =>
      this.byPlace.get(place)?.receive(message),
    );
    news.on('close', () => (this.isHeard = false));
    connection.onConnected(() => void this.resume());
    // In a Cluster servers come and go while it stays connected; ioredis subscribes anew, and says so.
    if (connection.isCluster) news.on('subscribersReady', () => void this.lookAnew());
    this.timer = setInterval(() => void this.look(), check).unref();
  }

  /**
   * Hears a channel.
   *
   * @throws EngineUnavailable when Redis does not answer in time
   */
  async watch(channel: string): Promise<void> {
    const known = this.watched.get(channel);
    const watched = known ?? this.begin(channel);
    watched.watchers += 1;
    try {
      await watched.ready;
    } catch (error) {
      if (this.watched.get(channel) === watched) this.forget(channel, watched);
      throw error;
    }
  }

  /** Ends one `watch`. */
  unwatch(channel: string): void {
    const watched = this.watched.get(channel);
    if (!watched) return;
    watched.watchers -= 1;
    if (watched.watchers > 0) return;
    this.forget(channel, watched);
    this.unsubscribe(channel);
  }

  /** Resolves when a message was told to whoever hears its channel here. Never rejects. */
  async told(channel: string, epoch: string, offset: number): Promise<void> {
    await this.watched.get(channel)?.news.told(epoch, offset, this.isHeard);
  }

  /** Hears nothing any more. */
  close(): void {
    clearInterval(this.timer);
    for (const [channel, watched] of this.watched) this.forget(channel, watched);
  }

  private begin(channel: string): Watched {
    const news = this.open(channel);
    const watched = { news, watchers: 0, ready: Promise.resolve() };
    this.watched.set(channel, watched);
    this.byPlace.set(newsChannel(channel), news);
    watched.ready = this.connection.patiently(() => this.subscribe(channel)).then(() => news.begin());
    return watched;
  }

  private forget(channel: string, { news }: Watched): void {
    news.end();
    this.watched.delete(channel);
    this.byPlace.delete(newsChannel(channel));
  }

  private async subscribe(channel: string): Promise<void> {
    const { news, isCluster } = this.connection;
    await (isCluster ? news.ssubscribe(newsChannel(channel)) : news.subscribe(newsChannel(channel)));
  }

  /** One that fails is of a connection that has gone, and its subscription with it. */
  private unsubscribe(channel: string): void {
    const { news, isCluster } = this.connection;
    const place = newsChannel(channel);
    (isCluster ? news.sunsubscribe(place) : news.unsubscribe(place)).catch(() => {});
  }

  /** Redis is back: nothing that was said meanwhile, and no new epoch, may wait for the next look. */
  private async resume(): Promise<void> {
    try {
      await inChunks([...this.watched.keys()], async (channel) => this.subscribe(channel));
      this.isHeard = true;
    } catch {
      // It is gone again; the next reconnect begins anew.
      return;
    }
    await this.lookAnew();
  }

  /** Looks at every channel from now on: a look that is under way may have passed some of them before their news were lost. */
  private async lookAnew(): Promise<void> {
    await this.looking;
    await this.look();
  }

  /** Reads what the news did not bring. One at a time: whoever asks meanwhile has nothing to add. */
  private look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    if (!this.connection.isReady) return;
    // A connection on which nothing comes may have died without a sign.
    if (!this.connection.isCluster) this.connection.news.ping().catch(() => {});
    await inChunks([...this.watched.values()], async ({ news }) => news.healAnew());
  }
}
