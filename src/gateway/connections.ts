/**
 * All connections of this process, whichever gateway they belong to.
 */
import { Injectable } from '@nestjs/common';
import type { Connection } from './connection.ts';

/** The set of open connections. A connection is in it from its upgrade until its socket has closed. */
@Injectable()
export class Connections implements Iterable<Connection> {
  private readonly open = new Set<Connection>();
  private whenEmpty: Array<() => void> = [];

  /** How many there are. */
  get size(): number {
    return this.open.size;
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.open.values();
  }

  /** Takes a connection in. */
  add(connection: Connection): void {
    this.open.add(connection);
  }

  /** Lets go of a connection whose socket has closed. */
  remove(connection: Connection): void {
    this.open.delete(connection);
    if (this.open.size === 0) for (const resolve of this.whenEmpty.splice(0)) resolve();
  }

  /** Resolves when the last connection has closed, at once if there is none. */
  async empty(): Promise<void> {
    if (this.open.size > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve));
  }
}
