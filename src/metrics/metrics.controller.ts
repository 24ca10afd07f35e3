/** `/metrics`: what Prometheus asks for every few seconds. */
import { Controller, Get, Header } from '@nestjs/common';
import { Exposition, EXPOSITION_TYPE } from './exposition.ts';
import { Stats } from './stats.ts';

/** Open to whoever reaches the port, like `/health`: a proxy in front does not pass it on. `METRICS=off` takes it away. */
@Controller('metrics')
export class MetricsController {
  private readonly exposition = new Exposition();

  constructor(private readonly stats: Stats) {}

  @Get()
  @Header('Content-Type', EXPOSITION_TYPE)
  @Header('Cache-Control', 'no-store')
  async metrics(): Promise<string> {
    return this.exposition.write(await this.stats.now());
  }
}
