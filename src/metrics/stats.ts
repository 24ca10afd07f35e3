/**
 * How the server is doing, as one snapshot: read from what the rooms below count anyway, whenever somebody asks.
 * `/metrics` writes it down for Prometheus; whoever wants to show it live may ask each second.
 */
import { Inject, Injectable } from '@nestjs/common';
import { ChannelCounts } from '../channels/counts/channel-counts.ts';
import type { Durations } from '../channels/counts/durations.ts';
import { FanOut } from '../channels/fan-out.ts';
import { CHANNEL_LOG } from '../engine/channel-log.ts';
import type { ChannelLog, EngineHealth } from '../engine/channel-log.ts';
import { Connection } from '../gateway/connection.ts';
import { Connections } from '../gateway/connections.ts';
import { Drain } from '../gateway/drain.ts';
import { Endpoints } from '../gateway/upgrade/endpoints.ts';

/** What went through the gateways of one path since the start. */
export interface GatewayStats {
  /** The path of the endpoint. */
  readonly path: string;
  /** Connections that are open now. */
  readonly open: number;
  readonly opened: number;
  /** Connections that have closed, by close code; 0 stands for all codes that have no meaning here. */
  readonly closed: ReadonlyMap<number, number>;
  readonly framesReceived: number;
  /** With the handshake, without what TLS adds. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Requests that were answered with `error`, by its code. */
  readonly errors: ReadonlyMap<string, number>;
}

/** How long something took, over and over since the start. */
export interface Distribution {
  /** How many in each bucket: one for each of BOUNDS, and one for what took longer. */
  readonly counts: readonly number[];
  /** Seconds, all together. */
  readonly sum: number;
}

/** The server at one moment. Everything that is no state of that moment counts from the start of the process. */
export interface Snapshot {
  /** When it was taken, ms since 1970. */
  readonly at: number;
  readonly isDraining: boolean;
  readonly engine: EngineHealth;
  readonly gateways: readonly GatewayStats[];
  /** Clients that listen over HTTP, and are in no gateway. */
  readonly eventStreams: number;
  /** Upgrades that were refused, by the code of their problem. */
  readonly refused: ReadonlyMap<string, number>;
  /** Channels that somebody hears. */
  readonly channels: number;
  readonly subscriptions: number;
  /** Subscriptions that are behind the newest message of their channel. */
  readonly lagging: number;
  readonly messages: {
    readonly appended: number;
    readonly duplicates: number;
    readonly failed: number;
    readonly deliveries: number;
  };
  readonly append: Distribution;
  readonly delivery: Distribution;
}

/** Takes snapshots. */
@Injectable()
export class Stats {
  constructor(
    private readonly connections: Connections,
    private readonly endpoints: Endpoints,
    private readonly drain: Drain,
    private readonly fanOut: FanOut,
    private readonly counts: ChannelCounts,
    @Inject(CHANNEL_LOG) private readonly log: ChannelLog,
  ) {}

  /** How it is now. Costs a look at every connection: some milliseconds when there are many. Never rejects, and takes 1 s at the most. */
  async now(): Promise<Snapshot> {
    const engine = await this.log.health();
    const gateways = this.gateways();
    const { appended, duplicates, failed, deliveries, append, delivery } = this.counts;
    return {
      at: Date.now(),
      isDraining: this.drain.isDraining,
      engine,
      gateways,
      eventStreams: this.connections.size - gateways.reduce((sum, { open }) => sum + open, 0),
      refused: this.endpoints.refused,
      channels: this.fanOut.channelCount,
      subscriptions: this.fanOut.subscriptionCount,
      lagging: this.fanOut.laggingCount,
      messages: { appended, duplicates, failed, deliveries },
      append: distributionOf(append),
      delivery: distributionOf(delivery),
    };
  }

  private gateways(): GatewayStats[] {
    const byPath = new Map(
      [...this.endpoints.values()].map(({ path, counts }) => {
        const { open, opened, closed, framesReceived, bytesReceived, bytesSent, errors } = counts;
        return [path, { path, open, opened, closed, framesReceived, bytesReceived, bytesSent, errors }];
      }),
    );
    for (const connection of this.connections) {
      if (!(connection instanceof Connection)) continue;
      const gateway = byPath.get(connection.path);
      if (!gateway) continue;
      const { framesReceived, bytesReceived, bytesSent } = connection;
      gateway.framesReceived += framesReceived;
      gateway.bytesReceived += bytesReceived;
      gateway.bytesSent += bytesSent;
    }
    return [...byPath.values()];
  }
}

function distributionOf({ counts, sum }: Durations): Distribution {
  return { counts, sum };
}
