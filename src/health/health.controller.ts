/**
 * What a container platform asks: is the process alive, may it be sent clients, and how is it doing.
 */
import { Controller, Get, Header, Inject } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { HealthCheckResult, HealthIndicatorResult } from '@nestjs/terminus';
import { CHANNEL_LOG } from '../engine/channel-log.ts';
import type { ChannelLog } from '../engine/channel-log.ts';
import { Connections } from '../gateway/connections.ts';
import { Drain } from '../gateway/drain.ts';
import { Settings } from '../settings/settings.ts';

/** Serves `/health`, `/health/live` and `/health/ready`: 200 when all is well, 503 when not, always with a JSON body. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    private readonly drain: Drain,
    private readonly connections: Connections,
    private readonly settings: Settings,
    @Inject(CHANNEL_LOG) private readonly log: ChannelLog,
  ) {}

  /** Alive as long as the event loop turns, which it does if this answers. A platform restarts what is not. */
  @Get('live')
  @Header('Cache-Control', 'no-store')
  @HealthCheck()
  async live(): Promise<HealthCheckResult> {
    return this.health.check([() => this.process()]);
  }

  /** Ready as long as it takes clients and keeps what they say: listening, which it is if this answers, and not leaving. */
  @Get('ready')
  @Header('Cache-Control', 'no-store')
  @HealthCheck()
  async ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.clients(), async () => this.engine()]);
  }

  /** Both, for people. */
  @Get()
  @Header('Cache-Control', 'no-store')
  @HealthCheck()
  async all(): Promise<HealthCheckResult> {
    return this.health.check([() => this.process(), () => this.clients(), async () => this.engine()]);
  }

  private process(): HealthIndicatorResult {
    return this.indicator.check('process').up({ uptime: Math.floor(process.uptime()) });
  }

  private async engine(): Promise<HealthIndicatorResult> {
    const health = await this.log.health();
    const indicator = this.indicator.check('engine');
    return health.status === 'up' ? indicator.up() : indicator.down({ message: health.reason });
  }

  /** A server that is full is still ready: taking it out of service would help nobody who is connected. */
  private clients(): HealthIndicatorResult {
    const indicator = this.indicator.check('clients');
    const details = { connections: this.connections.size, limit: this.settings.maxConnections };
    return this.drain.isDraining ? indicator.down({ ...details, message: 'leaving' }) : indicator.up(details);
  }
}
