/** How the server is doing: as a snapshot for other rooms, for Prometheus at `/metrics`, and live in the channel `$stats`. */
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ChannelsModule } from '../channels/channels.module.ts';
import type { Settings } from '../settings/settings.ts';
import { MetricsController } from './metrics.controller.ts';
import { LiveStats } from './live/live-stats.ts';
import { NodeMeter } from './live/node-meter.ts';
import { Stats } from './stats.ts';

/** Exports Stats. Needs GatewayModule and EngineModule. */
@Module({})
export class MetricsModule {
  static forRoot({ metrics }: Settings): DynamicModule {
    return {
      module: MetricsModule,
      imports: [ChannelsModule],
      providers: [Stats, NodeMeter, LiveStats],
      controllers: metrics === 'open' ? [MetricsController] : [],
      exports: [Stats],
    };
  }
}
