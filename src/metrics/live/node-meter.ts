/**
 * What happens at this node from one reading to the next: differences of what is counted anyway, and the little that is
 * counted only while somebody reads.
 */
import { Injectable } from '@nestjs/common';
import { hostname } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FanOut } from '../../channels/fan-out.ts';
import { Connections } from '../../gateway/connections.ts';
import { STATS_CHANNEL } from '../../protocol/stats.ts';
import type { ChannelStats, NodeStats, Rates, SlowClient } from '../../protocol/stats.ts';
import { SECOND } from '../../settings/units.ts';
import { Stats } from '../stats.ts';
import type { Snapshot } from '../stats.ts';
import { quantilesBetween } from './quantiles.ts';

/** Entries of the two lists. */
const MOST_CHANNELS = 20;
const MOST_CLIENTS = 10;

/** Milliseconds between two looks at how late timers are. What is measured contains them. */
const RESOLUTION = 10;

const NANOSECONDS = 1e6;

/** Everything but whose reading it is. */
export type Reading = Omit<NodeStats, 'node' | 'watchers'>;

interface Before {
  /** On the clock of `performance.now()`. */
  readonly at: number;
  readonly snapshot: Snapshot;
}

/** The meter of this process. */
@Injectable()
export class NodeMeter {
  private readonly since = Math.round(performance.timeOrigin);
  private readonly loop = monitorEventLoopDelay({ resolution: RESOLUTION });
  private readonly messages = new Map<string, number>();
  private before: Before | undefined;

  constructor(
    private readonly stats: Stats,
    private readonly fanOut: FanOut,
    private readonly connections: Connections,
  ) {}

  /** Takes in that messages of a channel came from the log. Costs nothing while nobody reads. */
  heard(channel: string, count: number): void {
    if (this.before) this.messages.set(channel, (this.messages.get(channel) ?? 0) + count);
  }

  /** What has happened since the last call; undefined at the first one, which begins to measure. Never rejects. */
  async read(): Promise<Reading | undefined> {
    const snapshot = await this.stats.now();
    const { before } = this;
    const at = performance.now();
    this.before = { at, snapshot };
    const reading = before && this.between(before, snapshot, (at - before.at) / SECOND);
    this.messages.clear();
    this.loop.enable();
    this.loop.reset();
    return reading;
  }

  /** Measures no more, until it is read again. */
  stop(): void {
    this.before = undefined;
    this.messages.clear();
    this.loop.disable();
  }

  private between({ snapshot: before }: Before, now: Snapshot, seconds: number): Reading {
    const append = quantilesBetween(before.append.counts, now.append.counts);
    const delivery = quantilesBetween(before.delivery.counts, now.delivery.counts);
    const channels = this.channels(seconds);
    return {
      host: hostname(),
      since: this.since,
      isEngineUp: now.engine.status === 'up',
      isDraining: now.isDraining,
      gateways: now.gateways.map(({ path, open }) => ({ path, open })),
      eventStreams: now.eventStreams,
      rates: ratesBetween(before, now, seconds),
      ...(append && { append }),
      ...(delivery && { delivery }),
      loopDelay: round(Math.max(0, this.loop.percentile(99) / NANOSECONDS - RESOLUTION)),
      channels: channels.length,
      subscriptions: channels.reduce((sum, { subscribers }) => sum + subscribers, 0),
      lagging: now.lagging,
      busiest: channels
        .toSorted((one, other) => other.messages - one.messages || other.subscribers - one.subscribers)
        .slice(0, MOST_CHANNELS),
      slowest: this.slowest(),
    };
  }

  /** Without the one in which this is told. */
  private channels(seconds: number): ChannelStats[] {
    const all = [...this.fanOut.subscribers()].filter(([channel]) => channel !== STATS_CHANNEL);
    return all.map(([channel, subscribers]) => {
      return { channel, subscribers, messages: round((this.messages.get(channel) ?? 0) / seconds) };
    });
  }

  private slowest(): SlowClient[] {
    return [...this.connections]
      .filter(({ unsent }) => unsent > 0)
      .toSorted((one, other) => other.unsent - one.unsent)
      .slice(0, MOST_CLIENTS)
      .map(({ id, user, path, since, unsent }) => ({ id, user, path, since, unsent }));
  }
}

function ratesBetween(before: Snapshot, now: Snapshot, seconds: number): Rates {
  const rate = (count: (snapshot: Snapshot) => number): number => round((count(now) - count(before)) / seconds);
  return {
    messages: rate(({ messages }) => messages.appended),
    deliveries: rate(({ messages }) => messages.deliveries),
    bytesReceived: rate(({ gateways }) => gateways.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0)),
    bytesSent: rate(({ gateways }) => gateways.reduce((sum, { bytesSent }) => sum + bytesSent, 0)),
  };
}

/** To tenths: more digits than that tell nothing. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
