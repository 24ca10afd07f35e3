/**
 * The floor under every gateway. Import it once, and use GatewayAdapter; then a plain `@WebSocketGateway()` has heartbeat,
 * limits, ordered frames, answers and draining without a line of its own.
 */
import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Connections } from './connections.ts';
import { Drain } from './drain.ts';
import { HeartbeatSweep } from './heartbeat/heartbeat.sweep.ts';
import { ClientAddress } from './limits/client-address.ts';
import { Door } from './limits/door.ts';
import { FrameRates } from './limits/frame-rates.ts';
import { Origins } from './limits/origins.ts';
import { Endpoints } from './upgrade/endpoints.ts';
import { Entrance } from './upgrade/entrance.ts';
import { RefusedRequestFilter } from './upgrade/refused-request.filter.ts';
import { UpgradeRequiredFilter } from './upgrade/upgrade-required.filter.ts';

/**
 * Uses the Authenticator that a global module provides, if one does. Exports what other rooms look at: the connections, the
 * entrance, the endpoints with their counts, whether the server is leaving, who sent a request and whose page it was.
 */
@Global()
@Module({
  providers: [
    ClientAddress,
    Connections,
    Door,
    Drain,
    Endpoints,
    Entrance,
    FrameRates,
    HeartbeatSweep,
    Origins,
    // Nest asks the last one first.
    { provide: APP_FILTER, useClass: RefusedRequestFilter },
    { provide: APP_FILTER, useClass: UpgradeRequiredFilter },
  ],
  exports: [ClientAddress, Connections, Door, Drain, Endpoints, Entrance, Origins],
})
export class GatewayModule {}
