/**
 * The outbox of the client library, for browsers: what was published and not yet acknowledged survives a crash of the tab
 * and is sent by the next one. An entry of its own, because it brings the package `idb`.
 */
import { databaseOf } from './outbox/database.ts';
import { IndexedDbOutbox } from './outbox/indexed-db-outbox.ts';
import { LeaseOwnership } from './outbox/lease-ownership.ts';
import { LockOwnership } from './outbox/lock-ownership.ts';
import type { OpenOutbox } from './publishing/outbox-port.ts';

/** Which outbox is opened. */
export interface OutboxOptions {
  /**
   * Outboxes of different names know nothing of each other; `belfry` when left out. An app whose users log in gives each
   * account its own: what one left unsent is not to be sent by another.
   */
  readonly name?: string | undefined;
}

/**
 * An outbox in IndexedDB, for `new Belfry(url, { outbox: indexedDbOutbox() })`. Each name and server has a database of its
 * own, which all tabs of the origin share, and in it the secret that makes all of them the same user of that server.
 */
export function indexedDbOutbox({ name = 'belfry' }: OutboxOptions = {}): OpenOutbox {
  return (server) => {
    const database = databaseOf(`${name} ${server}`);
    // Only in a secure context are there locks.
    const locks = navigator.locks as LockManager | undefined;
    const ownership = locks ? new LockOwnership(locks, `${name} ${server} `) : new LeaseOwnership(database);
    return new IndexedDbOutbox(database, ownership);
  };
}
