/**
 * Closes connections whose token has expired or was revoked, or whose API key is no longer good. One look at all of them each second, and one when something is
 * revoked: no timer for each.
 */
import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Connections } from '../gateway/connections.ts';
import type { Listener } from '../gateway/listener.ts';
import { GatewayError } from '../gateway/messages/gateway-error.ts';
import { turnAway } from '../gateway/upgrade/entrance.ts';
import { HOUR, SECOND } from '../settings/units.ts';
import { KeyRing } from './keys/key-ring.ts';
import { Orders } from './orders/orders.ts';

/** The sweep of one server. */
@Injectable()
export class ValiditySweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timers: NodeJS.Timeout[] = [];
  private soon: NodeJS.Immediate | undefined;

  constructor(
    private readonly connections: Connections,
    private readonly orders: Orders,
    private readonly keys: KeyRing,
  ) {
    orders.onRevoked(() => {
      // Many orders that are read at once are one look.
      this.soon ??= setImmediate(() => this.sweep());
    });
  }

  onApplicationBootstrap(): void {
    this.timers = [setInterval(() => this.sweep(), SECOND), setInterval(() => this.orders.forget(), HOUR)];
    for (const timer of this.timers) timer.unref();
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
    clearImmediate(this.soon);
  }

  private sweep(): void {
    this.soon = undefined;
    const now = Date.now();
    for (const connection of this.connections) if (connection.isOpen) this.look(connection, now);
  }

  private look(connection: Listener, now: number): void {
    const { identity } = connection;
    if (this.orders.isRevoked(identity)) turnAway(connection, new GatewayError('unauthorized', REVOKED));
    else if (this.keys.hasLost(identity)) turnAway(connection, new GatewayError('unauthorized', TAKEN_BACK));
    else if (identity.expires !== undefined && identity.expires <= now) connection.close('token_expired');
  }
}

/** What whoever comes with a revoked token is told, or was here with it. */
export const REVOKED = 'The token was revoked. Get a new one.';

const TAKEN_BACK = 'The API key is no longer good, or has changed. Come with one that is.';
