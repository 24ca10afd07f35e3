/**
 * Who a client is: whom its token names, or its API key, or a guest where it has neither. A client that brings a token which is not taken is never
 * a guest instead: it would believe to be somebody.
 */
import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../gateway/messages/gateway-error.ts';
import { guestOf } from '../gateway/upgrade/handshake.ts';
import { Authenticator } from '../gateway/upgrade/identity.ts';
import type { Identity } from '../gateway/upgrade/identity.ts';
import type { Problem } from '../gateway/upgrade/problem.ts';
import { Settings } from '../settings/settings.ts';
import { KEY_PREFIX, KeyRing } from './keys/key-ring.ts';
import { Orders } from './orders/orders.ts';
import { permissionsOfGuest } from './permissions.ts';
import { tokenOf } from './tokens/token-place.ts';
import type { PlacedToken } from './tokens/token-place.ts';
import { Tokens } from './tokens/tokens.ts';
import { REVOKED } from './validity.sweep.ts';

/** The Authenticator of Belfry. */
@Injectable()
export class TokenAuthenticator extends Authenticator {
  constructor(
    private readonly settings: Settings,
    private readonly tokens: Tokens,
    private readonly keys: KeyRing,
    private readonly orders: Orders,
  ) {
    super();
  }

  async authenticate(request: IncomingMessage): Promise<Identity | Problem | undefined> {
    const found = tokenOf(request);
    if (!found || this.isNotOurs(found)) return this.guest(request);
    try {
      this.refuseInQuery(found);
      return await this.proven(found.token);
    } catch (error) {
      // Only programs set headers, and they see the answer; a page sees what comes after the upgrade.
      if (found.place === 'header' && error instanceof GatewayError) return problemOf(error);
      throw error;
    }
  }

  async renew(token: string, current: Identity | undefined): Promise<Identity> {
    const identity = await this.proven(token);
    if (current && !current.isGuest && current.user.id !== identity.user.id) {
      throw new GatewayError('forbidden', 'The token is that of another user. Open a new connection with it.');
    }
    return identity;
  }

  /** Where no tokens are taken, `?token=` may be a parameter of some gateway's own. */
  private isNotOurs({ place }: PlacedToken): boolean {
    return place === 'query' && !this.tokens.areTaken;
  }

  /** Addresses end in logs: what lives shorter than those may be allowed there, a key never. */
  private refuseInQuery({ place, token }: PlacedToken): void {
    if (place !== 'query' || (this.settings.authQueryToken && !token.startsWith(KEY_PREFIX))) return;
    throw new GatewayError(
      'unauthorized',
      'Tokens are not taken from the address. Offer it as the subprotocol bearer.<token>.',
    );
  }

  private guest(request: IncomingMessage): Identity | Problem | undefined {
    const { anonymous } = this.settings;
    if (anonymous === 'none') return undefined;
    const user = guestOf(request);
    if ('status' in user) return user;
    return { user, isGuest: true, permissions: permissionsOfGuest(anonymous), isAdmin: false };
  }

  /** Where a token is, a key may be: programs of operators watch channels, too. */
  private async proven(token: string): Promise<Identity> {
    if (this.keys.isConfigured && token.startsWith(KEY_PREFIX)) return this.keyed(token);
    const identity = await this.tokens.identify(token);
    if (!this.orders.areKnown) {
      throw new GatewayError('unavailable', 'Whether your token still holds cannot be found out for now. Try again.');
    }
    if (this.orders.isRevoked(identity)) throw new GatewayError('unauthorized', REVOKED);
    return identity;
  }

  private keyed(key: string): Identity {
    const identity = this.keys.find(key);
    if (!identity) throw new GatewayError('unauthorized', UNKNOWN_KEY);
    return identity;
  }
}

const UNKNOWN_KEY = 'The API key is not known, or has expired.';

/** RFC 6750 section 3: who is refused is told which way to authenticate. */
function problemOf({ data: { code, message, temporary } }: GatewayError): Problem {
  if (temporary) return { status: 503, code, detail: message, headers: { 'Retry-After': '5' } };
  return { status: 401, code, detail: message, headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } };
}
