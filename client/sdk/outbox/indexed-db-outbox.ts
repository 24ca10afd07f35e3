import type { Outbox } from '../publishing/outbox-port.ts';
import type { Publication } from '../publishing/publication.ts';
import { randomHex } from '../publishing/random.ts';
import type { OutboxDatabase } from './database.ts';
import type { Ownership } from './ownership.ts';

/**
 * An outbox in IndexedDB: it survives the death of the tab and of the browser, though perhaps not that of the machine.
 *
 * Each tab owns what it added or adopted. What is written before its owner lives could be adopted by somebody else, and
 * so nothing is. Every change of owners is one transaction: of two tabs that adopt at once, one gets the entries.
 */
export class IndexedDbOutbox implements Outbox {
  readonly #database: () => Promise<OutboxDatabase>;
  readonly #ownership: Ownership;
  readonly #owner = randomHex();
  #held: Promise<void> | undefined;

  constructor(database: () => Promise<OutboxDatabase>, ownership: Ownership) {
    this.#database = database;
    this.#ownership = ownership;
  }

  async client(fresh: string): Promise<string> {
    const transaction = (await this.#database()).transaction('secrets', 'readwrite');
    const known = await transaction.store.get('client');
    if (known === undefined) await transaction.store.put(fresh, 'client');
    await transaction.done;
    return known ?? fresh;
  }

  async add(publication: Publication): Promise<void> {
    const database = await this.#own();
    const transaction = database.transaction('entries', 'readwrite');
    const known = await transaction.store.index('publication').getKey(idOf(publication));
    if (known === undefined) await transaction.store.add({ owner: this.#owner, publication });
    await transaction.done;
  }

  async remove(publication: Publication): Promise<void> {
    const transaction = (await this.#database()).transaction('entries', 'readwrite');
    const key = await transaction.store.index('publication').getKey(idOf(publication));
    if (key !== undefined) await transaction.store.delete(key);
    await transaction.done;
  }

  async adopt(): Promise<readonly Publication[]> {
    const database = await this.#own();
    const entries = await database.getAll('entries');
    const owners = new Set(entries.map(({ owner }) => owner));
    owners.delete(this.#owner);
    const areGone = await Promise.all([...owners].map((owner) => this.#ownership.isGone(owner)));
    const gone = new Set([...owners].filter((_owner, index) => areGone[index]));
    return gone.size === 0 ? [] : this.#take(database, gone);
  }

  async close(): Promise<void> {
    await this.#held;
    await this.#ownership.release();
  }

  /** Oldest first, since a store gives its entries in the order of their keys. */
  async #take(database: OutboxDatabase, owners: ReadonlySet<string>): Promise<Publication[]> {
    const taken: Publication[] = [];
    const transaction = database.transaction(['entries', 'leases'], 'readwrite');
    for await (const cursor of transaction.objectStore('entries')) {
      const { owner, publication } = cursor.value;
      if (!owners.has(owner)) continue;
      taken.push(publication);
      await cursor.update({ owner: this.#owner, publication });
    }
    await Promise.all([...owners].map((owner) => transaction.objectStore('leases').delete(owner)));
    await transaction.done;
    return taken;
  }

  async #own(): Promise<OutboxDatabase> {
    this.#held ??= this.#ownership.hold(this.#owner);
    await this.#held;
    return this.#database();
  }
}

function idOf({ channel, key }: Publication): [string, string] {
  return [channel, key];
}
