import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Publication } from '../publishing/publication.ts';

/** What the database of an outbox holds. */
export interface OutboxSchema extends DBSchema {
  /** Publications, numbered in the order in which they were added. */
  entries: {
    key: number;
    value: { owner: string; publication: Publication };
    indexes: { owner: string; publication: [channel: string, key: string] };
  };
  /** When the lease of an owner ends, in ms since 1970; only where there are no locks. */
  leases: { key: string; value: number };
  /** One value under `client`: the secret that everything is sent under. */
  secrets: { key: string; value: string };
}

/** An open database. */
export type OutboxDatabase = IDBPDatabase<OutboxSchema>;

/**
 * A database that is opened when it is first used, and again when the browser has closed it.
 *
 * @returns a function that gives it; it rejects when this browser, or its user, allows none
 */
export function databaseOf(name: string): () => Promise<OutboxDatabase> {
  let opened: Promise<OutboxDatabase> | undefined;
  const forget = (): void => {
    opened = undefined;
  };
  return () => {
    opened ??= openDB<OutboxSchema>(name, 1, {
      upgrade: (db) => {
        const entries = db.createObjectStore('entries', { autoIncrement: true });
        entries.createIndex('owner', 'owner');
        entries.createIndex('publication', ['publication.channel', 'publication.key'], { unique: true });
        db.createObjectStore('leases');
        db.createObjectStore('secrets');
      },
      // A newer version of the app wants to change it, in another tab: that one must not wait for us.
      blocking: (_current, _wanted, event) => {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    });
    opened.catch(forget);
    return opened;
  };
}
