/**
 * All connections of this process: those of every gateway, and event streams.
 */
import { Injectable } from '@nestjs/common';
import type { Connection } from './connection.ts';
import type { Listener } from './listener.ts';

/** Hears that a client has sent a newer token: what it may do can be more, or less, than before. Must not reject. */
export type RenewedListener = (connection: Connection) => Promise<void>;

/** The set of open connections. A connection is in it from its first byte until its line has closed. */
@Injectable()
export class Connections implements Iterable<Listener> {
  private readonly open = new Set<Listener>();
  private readonly renewedListeners: RenewedListener[] = [];
  private whenEmpty: Array<() => void> = [];

  /** How many there are. */
  get size(): number {
    return this.open.size;
  }

  [Symbol.iterator](): Iterator<Listener> {
    return this.open.values();
  }

  /** Takes a connection in. */
  add(connection: Listener): void {
    this.open.add(connection);
  }

  /** Lets go of a connection whose line has closed. */
  remove(connection: Listener): void {
    this.open.delete(connection);
    if (this.open.size === 0) for (const resolve of this.whenEmpty.splice(0)) resolve();
  }

  /** Adds somebody who hears of newer tokens, before the client has its answer. */
  onRenewed(listener: RenewedListener): void {
    this.renewedListeners.push(listener);
  }

  /** Resolves when everybody has heard that a connection's identity is another one. */
  async renewed(connection: Connection): Promise<void> {
    await Promise.all(this.renewedListeners.map(async (listener) => listener(connection)));
  }

  /** Resolves when the last connection has closed, at once if there is none. */
  async empty(): Promise<void> {
    if (this.open.size > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve));
  }
}
