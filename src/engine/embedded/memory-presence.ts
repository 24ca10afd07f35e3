/**
 * Presence in the memory of this process: who is here is gone with it, as their connections are.
 * Relies on being the only node; several share theirs through another engine.
 */
import type { User } from '../../protocol/events.ts';
import { EngineUnavailable } from '../engine-unavailable.ts';
import { PRESENCE_GRACE } from '../presence-store.ts';
import type { Present, PresenceChange, PresenceListener, PresenceStore } from '../presence-store.ts';

interface Presence {
  user: User;
  readonly connections: Set<string>;
  /** Runs during the grace: there are no connections, and nobody knows yet. */
  leaving?: NodeJS.Timeout | undefined;
}

/** The embedded presence store. */
export class MemoryPresence implements PresenceStore {
  /** By channel, then by the user's id, in the order in which they came. */
  private readonly channels = new Map<string, Map<string, Presence>>();
  private listener: PresenceListener = () => {};
  private isClosed = false;

  /** @param grace milliseconds between a user's last connection leaving and `left` */
  constructor(private readonly grace: number = PRESENCE_GRACE) {}

  enter(channel: string, user: User, connection: string): Promise<void> {
    return this.doing(() => {
      const users = this.channels.get(channel) ?? new Map<string, Presence>();
      this.channels.set(channel, users);
      const known = users.get(user.id);
      if (known) {
        clearTimeout(known.leaving);
        known.leaving = undefined;
        known.user = user;
        known.connections.add(connection);
      } else {
        users.set(user.id, { user, connections: new Set([connection]) });
        this.announce(channel, 'joined', user);
      }
    });
  }

  leave(channel: string, user: User, connection: string): Promise<void> {
    return this.doing(() => {
      const presence = this.channels.get(channel)?.get(user.id);
      if (!presence?.connections.delete(connection) || presence.connections.size > 0) return;
      presence.leaving = setTimeout(() => this.gone(channel, presence.user), this.grace).unref();
    });
  }

  list(channel: string): Promise<readonly Present[]> {
    return this.doing(() =>
      [...(this.channels.get(channel)?.values() ?? [])]
        .filter(({ connections }) => connections.size > 0)
        .map(({ user, connections }) => ({ ...user, connections: connections.size })),
    );
  }

  onChanged(listener: PresenceListener): void {
    this.listener = listener;
  }

  close(): Promise<void> {
    this.isClosed = true;
    for (const users of this.channels.values()) for (const { leaving } of users.values()) clearTimeout(leaving);
    this.channels.clear();
    return Promise.resolve();
  }

  private gone(channel: string, user: User): void {
    const users = this.channels.get(channel);
    users?.delete(user.id);
    if (users?.size === 0) this.channels.delete(channel);
    this.announce(channel, 'left', user);
  }

  private announce(channel: string, change: PresenceChange['change'], user: User): void {
    this.listener({ channel, change, user });
  }

  private doing<T>(what: () => T): Promise<T> {
    if (this.isClosed) return Promise.reject(new EngineUnavailable('The presence store is closed.'));
    return Promise.resolve(what());
  }
}
