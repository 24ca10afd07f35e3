/**
 * What a token says of its bearer, read with care: whoever issues tokens may make mistakes, and a token that is half understood
 * would allow or forbid something that nobody meant. What is not exactly as docs/protocol.md has it refuses the token.
 */
import type { JWTPayload } from 'jose';
import { INVISIBLE, MAX_NAME_LENGTH } from '../../gateway/upgrade/handshake.ts';
import { EVERYTHING } from '../../gateway/upgrade/identity.ts';
import type { Identity } from '../../gateway/upgrade/identity.ts';
import { isObject } from '../../gateway/messages/json.ts';
import { ACTIONS } from '../../protocol/permissions.ts';
import type { Action, Permission } from '../../protocol/permissions.ts';
import { SECOND } from '../../settings/units.ts';

/** Characters of a user's id. */
const MAX_ID_LENGTH = 128;

/** What ids begin with that this server gives to guests. */
const GUEST = /^guest-/i;

/** Permissions of one token. */
const MAX_PERMISSIONS = 100;

/** As channels are named, with stars. */
const PATTERN = /^[A-Za-z0-9_.:*-]{1,128}$/;

/** A claim that is not as it should be. Its message names the claim, and does not repeat what it says. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
}

/** What is decided elsewhere about tokens. */
export interface ClaimTerms {
  /** What a token allows that says nothing of permissions. */
  readonly permissions: readonly Permission[];
  /** Milliseconds that a token may be valid for. */
  readonly maxLifetime: number;
  /** Milliseconds by which the issuer's clock may differ. */
  readonly clockTolerance: number;
}

/**
 * Who the bearer of a token is, whose signature and times have been verified.
 *
 * @throws ClaimError
 */
export function identityOf(claims: JWTPayload, terms: ClaimTerms): Identity {
  const { sub, name, jti, admin = false, permissions } = claims;
  if (!isId(sub)) throw new ClaimError('sub must be a text of 1 to 128 visible characters');
  if (GUEST.test(sub)) throw new ClaimError('sub must not begin with guest-, which says that nobody vouches for it');
  if (name !== undefined && !isName(name)) throw new ClaimError('name must be a text of 1 to 64 visible characters');
  if (jti !== undefined && typeof jti !== 'string') throw new ClaimError('jti must be a text');
  if (typeof admin !== 'boolean') throw new ClaimError('admin must be true or false');
  const { expires, issued } = timesOf(claims, terms);
  const allowed = permissions === undefined ? terms.permissions : permissionsOf(permissions);
  return {
    user: { id: sub, ...(name !== undefined && { name }) },
    isGuest: false,
    permissions: admin ? EVERYTHING : allowed,
    isAdmin: admin,
    expires,
    token: { ...(jti !== undefined && { id: jti }), ...(issued !== undefined && { issued }) },
  };
}

/** Revocations are kept as long as the longest token lives: none may outlive them. */
function timesOf({ exp, iat }: JWTPayload, terms: ClaimTerms): { readonly expires: number; readonly issued?: number } {
  if (exp === undefined) throw new ClaimError('exp is missing: a token must expire');
  if (iat !== undefined && !Number.isFinite(iat)) throw new ClaimError('iat must be a number');
  const now = Date.now();
  const [expires, issued] = [exp * SECOND, iat === undefined ? undefined : iat * SECOND];
  if (issued !== undefined && issued > now + terms.clockTolerance) throw new ClaimError('iat is in the future');
  const end = (issued ?? now) + terms.maxLifetime;
  if (expires > end) throw new ClaimError('exp is further away than AUTH_MAX_LIFETIME allows');
  return { expires, ...(issued !== undefined && { issued }) };
}

function isId(value: unknown): value is string {
  return isVisible(value) && value.length <= MAX_ID_LENGTH;
}

function isName(value: unknown): value is string {
  return isVisible(value) && value.length <= MAX_NAME_LENGTH && value.trim() !== '';
}

function isVisible(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !INVISIBLE.test(value);
}

/** Property by property: whatever else stands in a permission means nothing. */
function permissionsOf(value: unknown): Permission[] {
  if (!Array.isArray(value) || value.length > MAX_PERMISSIONS) {
    throw new ClaimError(`permissions must be a list of at most ${MAX_PERMISSIONS}`);
  }
  return value.map((permission: unknown) => {
    const { channel, allow } = isObject(permission) ? permission : {};
    if (typeof channel !== 'string' || !PATTERN.test(channel)) {
      throw new ClaimError(
        'channel of a permission must be the name of one, or a pattern with * of at most 128 characters',
      );
    }
    if (!Array.isArray(allow) || !allow.every(isAction)) {
      throw new ClaimError(`allow of a permission must be a list of ${ACTIONS.join(', ')}`);
    }
    return { channel, allow: [...new Set(allow)] };
  });
}

function isAction(value: unknown): value is Action {
  return (ACTIONS as readonly unknown[]).includes(value);
}
