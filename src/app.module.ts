/** The plan of the house: one line per room. */
import { Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { ApiModule } from './api/api.module.ts';
import { BelfryModule } from './belfry.module.ts';
import { HealthModule } from './health/health.module.ts';
import { MetricsModule } from './metrics/metrics.module.ts';
import type { Settings } from './settings/settings.ts';

/** All of Belfry. */
@Module({})
export class AppModule {
  /** @param others modules that somebody else wrote, to be served beside ours */
  static forRoot(settings: Settings, others: NonNullable<ModuleMetadata['imports']> = []): DynamicModule {
    return {
      module: AppModule,
      imports: [ApiModule, HealthModule, MetricsModule.forRoot(settings), BelfryModule.forRoot(settings), ...others],
    };
  }
}
