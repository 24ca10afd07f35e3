/**
 * What somebody may do where. Tokens carry permissions in this shape, and a client is told its own in the answer to `auth`.
 */

/** Everything that can be allowed in a channel: hear it, say something in it, read its past, ask who is there. */
export const ACTIONS = ['join', 'publish', 'history', 'presence'] as const;

/** One of them. */
export type Action = (typeof ACTIONS)[number];

/** Allows some actions in the channels of a pattern. What no permission allows is forbidden. */
export interface Permission {
  /** A channel's name; `*` stands for any characters. */
  readonly channel: string;
  readonly allow: readonly Action[];
}
