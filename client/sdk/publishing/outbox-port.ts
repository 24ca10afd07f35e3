import type { Publication } from './publication.ts';

/**
 * Keeps publications until they are acknowledged, longer than the tab lives that made them.
 *
 * Several may be open on the same store, one per tab. Each entry belongs to one of them; the keys of the entries make a
 * double sending harmless, so ownership need only be right almost always, and never lose an entry.
 */
export interface Outbox {
  /**
   * The secret that the entries are sent under: keys count per author, so whoever sends an entry again must be the same
   * author. The same for all who open this store.
   *
   * @param fresh becomes the secret if there is none yet
   */
  client(fresh: string): Promise<string>;

  /** Keeps an entry, as this one's own; it is durable when this resolves. The same key again is no error. */
  add(publication: Publication): Promise<void>;

  /** Forgets an entry, whoever owns it. One that does not exist is no error. */
  remove(publication: Publication): Promise<void>;

  /** Makes all entries whose owner is gone this one's own, each for one caller only. Oldest first. */
  adopt(): Promise<readonly Publication[]>;

  /** Gives up what this one owns, so that another may adopt it. */
  close(): Promise<void>;
}

/**
 * Opens an outbox.
 *
 * @param server the address without its query: entries for one server are never given to another
 */
export type OpenOutbox = (server: string) => Outbox;
