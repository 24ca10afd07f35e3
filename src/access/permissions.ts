/**
 * Whether somebody may do something in a channel. What no permission allows is forbidden.
 */
import type { Identity } from '../gateway/upgrade/identity.ts';
import { EVERYTHING } from '../gateway/upgrade/identity.ts';
import type { Action, Permission } from '../protocol/permissions.ts';
import { isOwnChannel } from '../settings/channel-rules.ts';
import { matchesPattern } from '../settings/pattern.ts';
import type { Anonymous } from '../settings/access-settings.ts';

/** All but to publish. */
const READING: readonly Permission[] = [{ channel: '*', allow: ['join', 'history', 'presence'] }];

/**
 * Whether `identity` may do `action` in `channel`.
 *
 * @param channel a name; with '' it is asked whether it may in every channel. Those of the server's own are for operators alone
 */
export function allows({ isAdmin, permissions }: Identity, action: Action, channel: string): boolean {
  if (isAdmin) return true;
  if (isOwnChannel(channel)) return false;
  return permissions.some(({ channel: pattern, allow }) => allow.includes(action) && matchesPattern(pattern, channel));
}

/** What somebody without a token may do, under ANONYMOUS. */
export function permissionsOfGuest(anonymous: Anonymous): readonly Permission[] {
  switch (anonymous) {
    case 'publish':
      return EVERYTHING;
    case 'read':
      return READING;
    case 'none':
      return [];
    default:
      return anonymous satisfies never;
  }
}

/** What a token allows that says nothing of permissions: everything, or reading where guests may not do that much. */
export function permissionsOfToken(anonymous: Anonymous): readonly Permission[] {
  return anonymous === 'publish' ? EVERYTHING : READING;
}
