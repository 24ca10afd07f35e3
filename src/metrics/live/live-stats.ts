/**
 * Tells the channel `$stats` once a second how this node is doing, for whoever watches at any node. Nodes need no other way
 * to each other than the log: a node that has watchers says so in what it tells, and those that hear of it tell as well.
 * While nobody watches nothing is measured, and nothing is written into the log.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { FanOut } from '../../channels/fan-out.ts';
import { CHANNEL_LOG } from '../../engine/channel-log.ts';
import type { Batch, ChannelLog, Entry } from '../../engine/channel-log.ts';
import { EngineUnavailable } from '../../engine/engine-unavailable.ts';
import { STATS_CHANNEL } from '../../protocol/stats.ts';
import type { NodeStats } from '../../protocol/stats.ts';
import { SECOND } from '../../settings/units.ts';
import { NodeMeter } from './node-meter.ts';

/** Milliseconds for which it is believed that somebody watches at another node: some of what that node tells may be lost. */
const BELIEVED = 5 * SECOND;

/** Of this node. */
@Injectable()
export class LiveStats implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Stats');
  private readonly node = randomUUID();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private isWatching = false;
  private isTelling = false;
  /** When somebody last watched at another node, on the clock of `performance.now()`. */
  private watchedElsewhere = -Infinity;

  constructor(
    private readonly fanOut: FanOut,
    private readonly meter: NodeMeter,
    @Inject(CHANNEL_LOG) private readonly log: ChannelLog,
  ) {}

  onApplicationBootstrap(): void {
    this.log.onAppended((batch) => this.hear(batch));
    this.timer = setInterval(() => void this.tick(), SECOND).unref();
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    clearInterval(this.timer);
    this.meter.stop();
  }

  private hear({ channel, entries }: Batch): void {
    if (channel !== STATS_CHANNEL) this.meter.heard(channel, entries.length);
    else if (entries.some((entry) => this.saysWatched(entry))) this.watchedElsewhere = performance.now();
  }

  /** A log that is shared may hold what somebody else wrote into it. */
  private saysWatched({ json }: Entry): boolean {
    try {
      const { node, watchers } = (JSON.parse(json) as { data: Partial<NodeStats> }).data;
      return node !== this.node && typeof watchers === 'number' && watchers > 0;
    } catch {
      return false;
    }
  }

  /** Never rejects. What cannot be told now is told a second later, as it is then. */
  private async tick(): Promise<void> {
    if (this.isTelling) return;
    this.isTelling = true;
    try {
      if (!this.isWatching) await this.log.watch(STATS_CHANNEL);
      this.isWatching = true;
      await this.tell();
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) this.logger.error(error);
    } finally {
      this.isTelling = false;
    }
  }

  private async tell(): Promise<void> {
    const watchers = this.fanOut.subscribersOf(STATS_CHANNEL);
    if (watchers === 0 && performance.now() - this.watchedElsewhere > BELIEVED) return this.meter.stop();
    const reading = await this.meter.read();
    if (!reading || this.isClosed) return;
    const data = { node: this.node, watchers, ...reading } satisfies NodeStats;
    await this.log.append(STATS_CHANNEL, { from: STATS_CHANNEL, data });
  }
}
