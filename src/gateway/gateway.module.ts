/**
 * The floor under every gateway. Import it once, and use GatewayAdapter; then a plain `@WebSocketGateway()` has heartbeat,
 * limits, ordered frames, answers and draining without a line of its own.
 */
import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Connections } from './connections.ts';
import { Drain } from './drain.ts';
import { HeartbeatSweep } from './heartbeat/heartbeat.sweep.ts';
import { Endpoints } from './upgrade/endpoints.ts';
import { Entrance } from './upgrade/entrance.ts';
import { RefusedRequestFilter } from './upgrade/refused-request.filter.ts';
import { UpgradeRequiredFilter } from './upgrade/upgrade-required.filter.ts';

/**
 * Uses the Authenticator that a global module provides, if one does. Exports what other rooms
 * look at: the connections, the entrance, and whether the server is leaving.
 */
@Global()
@Module({
  providers: [
    Connections,
    Drain,
    Endpoints,
    Entrance,
    HeartbeatSweep,
    // Nest asks the last one first.
    { provide: APP_FILTER, useClass: RefusedRequestFilter },
    { provide: APP_FILTER, useClass: UpgradeRequiredFilter },
  ],
  exports: [Connections, Drain, Entrance],
})
export class GatewayModule {}
