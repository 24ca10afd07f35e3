/**
 * What an identity allows.
 */
import type { Identity } from '../../gateway/upgrade/identity.ts';
import type { Action } from '../../protocol/permissions.ts';

/** Whether somebody may do something in a channel. */
export function allows({ isAdmin, permissions }: Identity, action: Action, channel: string): boolean {
  return (
    isAdmin || permissions.some(({ channel: pattern, allow }) => allow.includes(action) && matches(pattern, channel))
  );
}

function matches(pattern: string, channel: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(channel);
}
