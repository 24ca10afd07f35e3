/**
 * All connections of this process: those of every gateway, and event streams.
 */
import { Injectable } from '@nestjs/common';
import type { Listener } from './listener.ts';

/** The set of open connections. A connection is in it from its first byte until its line has closed. */
@Injectable()
export class Connections implements Iterable<Listener> {
  private readonly open = new Set<Listener>();
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

  /** Resolves when the last connection has closed, at once if there is none. */
  async empty(): Promise<void> {
    if (this.open.size > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve));
  }
}
