/**
 * What operators order on all nodes at once: that tokens no longer hold, and that a connection is closed.
 * An order is acknowledged when it is durable. A node that was away carries it out when it is back, before it takes a token.
 */
import { Injectable } from '@nestjs/common';
import { EngineUnavailable } from '../../engine/engine-unavailable.ts';
import { Connections } from '../../gateway/connections.ts';
import { GatewayError } from '../../gateway/messages/gateway-error.ts';
import type { Identity } from '../../gateway/upgrade/identity.ts';
import { Settings } from '../../settings/settings.ts';
import { OrdersLog } from './orders-log.ts';
import type { Order } from './orders-log.ts';
import { Revocations } from './revocations.ts';

/** Whose tokens are revoked: all of a user's so far (its `sub`), or one, by its id (`jti`). */
export type Revoked = { readonly user: string } | { readonly token: string };

/** Gives orders, and carries out those that any node has given. */
@Injectable()
export class Orders {
  private readonly revocations: Revocations;
  private whenRevoked: () => void = () => {};

  constructor(
    private readonly log: OrdersLog,
    private readonly connections: Connections,
    { authMaxLifetime, authClockTolerance }: Settings,
  ) {
    // The clock may differ when a token is issued, and again when it expires.
    this.revocations = new Revocations(authMaxLifetime + 2 * authClockTolerance);
    log.onOrder((order, at) => this.carryOut(order, at));
  }

  /** Whether all orders of the past are known here: until then nobody can tell whether a token holds. */
  get areKnown(): boolean {
    return this.log.isKnown;
  }

  /**
   * Revokes tokens: from now on they are refused on every node, and connections that were opened with them are closed with 4500.
   * A user may come back with a token that is issued later, in the next second at the earliest (`iat` counts whole seconds).
   *
   * @throws GatewayError `unavailable` when it could not be kept; nothing is revoked then
   */
  async revoke(revoked: Revoked): Promise<void> {
    await this.give(
      'user' in revoked
        ? { order: 'revoke-user', user: revoked.user }
        : { order: 'revoke-token', token: revoked.token },
    );
  }

  /**
   * Closes a connection with 4501, on whichever node it is. Nothing happens where it is gone.
   *
   * @throws GatewayError `unavailable` when it could not be passed on
   */
  async removeConnection(id: string): Promise<void> {
    await this.give({ order: 'remove-connection', connection: id });
  }

  /** Whether an identity was revoked. */
  isRevoked(identity: Identity): boolean {
    return this.revocations.covers(identity);
  }

  /** Sets who looks after the connections that are open when something is revoked. */
  onRevoked(listener: () => void): void {
    this.whenRevoked = listener;
  }

  /** Forgets revocations that can mean no token any more. */
  forget(): void {
    this.revocations.forget(Date.now());
  }

  private async give(order: Order): Promise<void> {
    try {
      await this.log.give(order);
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      throw new GatewayError('unavailable', 'The order could not be kept for now. Try again.');
    }
  }

  private carryOut(order: Order, at: number): void {
    switch (order.order) {
      case 'revoke-user':
        this.revocations.revokeUser(order.user, at);
        return this.whenRevoked();
      case 'revoke-token':
        this.revocations.revokeToken(order.token, at);
        return this.whenRevoked();
      case 'remove-connection':
        for (const connection of this.connections) if (connection.id === order.connection) connection.close('removed');
        return;
      default:
        order satisfies never;
    }
  }
}
