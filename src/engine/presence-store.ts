/**
 * Who is in which channel. A user with several connections, tabs or nodes is there once, with a count.
 */
import type { User } from '../protocol/events.ts';

/** A user who is in a channel. */
export interface Present extends User {
  /** Connections of this user that are in the channel, over all nodes. At least 1, or 0 during the grace after the last. */
  readonly connections: number;
}

/** Somebody came or went. */
export interface PresenceChange {
  readonly channel: string;
  readonly change: 'joined' | 'left';
  readonly user: User;
}

/** Hears of changes in channels that somebody of this process is in. Must not throw. */
export type PresenceListener = (change: PresenceChange) => void;

/** The presence of all channels. One instance per process. */
export interface PresenceStore {
  /**
   * A connection of `user` is in the channel from now on; the same connection again changes nothing.
   * Announces `joined` when it is the user's first, unless the user is still within the grace of having left.
   */
  enter(channel: string, user: User, connection: string): Promise<void>;

  /**
   * A connection is no longer in the channel; one that was not changes nothing.
   * Announces `left` when it was the user's last and none has come back within the grace, so that a reload is no leave.
   */
  leave(channel: string, user: User, connection: string): Promise<void>;

  /** Everyone who is there, in the order in which they came; without users in their grace. */
  list(channel: string): Promise<readonly Present[]>;

  /** Sets who hears of changes. There is one listener; another call replaces it. */
  onChanged(listener: PresenceListener): void;

  /** Lets go of everything; announces nothing more. */
  close(): Promise<void>;
}

/** Milliseconds between a user's last connection leaving and `left`. */
export const PRESENCE_GRACE = 5000;

/** The token under which the store is injected. */
export const PRESENCE_STORE = Symbol('PresenceStore');
