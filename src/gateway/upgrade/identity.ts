/**
 * Who a client is. The floor asks before any gateway hears of the client, and does not know how that was found out:
 * a room above provides an Authenticator; where none does, everybody is a guest who may do everything.
 */
import type { IncomingMessage } from 'node:http';
import type { User, Validity } from '../../protocol/events.ts';
import { ACTIONS } from '../../protocol/permissions.ts';
import type { Permission } from '../../protocol/permissions.ts';
import { GatewayError } from '../messages/gateway-error.ts';
import { guestOf } from './handshake.ts';
import type { Problem } from './problem.ts';

/** Who somebody is, and what that allows. Shared and never changed: who proves to be somebody else gets another one. */
export interface Identity {
  readonly user: User;
  /** Whether nobody vouches for `user`: its id was given by this server, its name chosen by itself. */
  readonly isGuest: boolean;
  readonly permissions: readonly Permission[];
  /** Whether everything is allowed, whatever `permissions` says. */
  readonly isAdmin: boolean;
  /** Until when it holds, ms since 1970; for good when left out. */
  readonly expires?: number;
  /** The token that it was proven with; a guest has none. */
  readonly token?: {
    /** The token's own id (`jti`, RFC 7519 section 4.1.7). */
    readonly id?: string;
    /** When it was issued (`iat`), ms since 1970. */
    readonly issued?: number;
  };
}

/** Finds out who somebody is. Provide it in a global module, under this class. */
export abstract class Authenticator {
  /**
   * Who asks for an upgrade. Takes its time at the cost of that client alone; it is refused when that is more than 10 s.
   *
   * @returns a problem when it is to be refused before the upgrade; undefined when its first frame is to prove who it is
   * @throws GatewayError when it is to be told in an `error` frame and then closed, since pages in a browser learn nothing of problems
   */
  abstract authenticate(request: IncomingMessage): Promise<Identity | Problem | undefined>;

  /**
   * Who a client is by a token that came in an `auth` frame.
   *
   * @param current who it has been; undefined when that is still to be proven
   * @throws GatewayError `unauthorized` when the token proves nothing, `forbidden` when it is that of another user
   */
  abstract renew(token: string, current: Identity | undefined): Promise<Identity>;
}

/** How long an identity holds from now on, as clients are told: their clocks may be wrong. */
export function validityOf({ expires }: Identity): Validity {
  return expires === undefined ? {} : { expiresIn: Math.max(0, expires - Date.now()) };
}

/** Every action in every channel. */
export const EVERYTHING: readonly Permission[] = [{ channel: '*', allow: ACTIONS }];

/** Who has not proven anything yet. */
export const NOBODY: Identity = { user: { id: 'guest' }, isGuest: true, permissions: [], isAdmin: false };

/** Where no room provides another one. */
export class GuestAuthenticator extends Authenticator {
  authenticate(request: IncomingMessage): Promise<Identity | Problem> {
    const user = guestOf(request);
    if ('status' in user) return Promise.resolve(user);
    return Promise.resolve({ user, isGuest: true, permissions: EVERYTHING, isAdmin: false });
  }

  renew(): Promise<never> {
    return Promise.reject(new GatewayError('unauthorized', 'Nobody checks tokens here. Connect without one.'));
  }
}
