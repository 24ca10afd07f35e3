/** Liveness and readiness over HTTP. */
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.ts';

@Module({
  // A check that fails is an answer and not a fault of ours: the caller logs it, we don't.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
})
export class HealthModule {}
