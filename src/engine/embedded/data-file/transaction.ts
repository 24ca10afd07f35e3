/**
 * What one LMDB transaction is to write, and how much room it may need.
 */
import type { Database } from 'lmdb';

type Key = Buffer | string;

/** Bytes of one page of the data file, on all machines but Apple's; there the estimate is merely too low by a little. */
const PAGE = 4096;

/** Pages that any transaction may need: the way from the roots to the leaves, and the list of free pages. */
const BASE = 64;

/** Bytes that LMDB adds to a record, rounded up. */
const OVERHEAD = 64;

/** Where the next record of a database lands: right behind the last one, or anywhere. */
export type Placement = 'behind' | 'anywhere';

/** Writes that are applied together. */
export class Transaction {
  private readonly writes: (() => void)[] = [];
  private bytes = BASE * PAGE;

  /** Whether there is nothing to write. */
  get isEmpty(): boolean {
    return this.writes.length === 0;
  }

  /** Bytes by which the file grows at the most; an estimate on the safe side. */
  get room(): number {
    return this.bytes;
  }

  /** Stores a record in place of the one that has this key. */
  put<K extends Key, V extends Buffer | string>(
    database: Database<V, K>,
    key: K,
    value: V,
    { placement = 'anywhere', version }: { readonly placement?: Placement; readonly version?: number } = {},
  ): void {
    const size = Buffer.byteLength(value) + key.length + OVERHEAD;
    // A record beyond half a page gets pages of its own; a smaller one at an unknown place may split the page that it hits.
    const isLarge = size > PAGE / 2;
    this.bytes +=
      placement === 'anywhere' ? 2 * PAGE + size : isLarge ? Math.ceil(size / PAGE) * PAGE + size : 2 * size;
    // LMDB answers for the transaction as a whole; the promise of a single write in it is a constant.
    this.writes.push(() => void (version === undefined ? database.put(key, value) : database.put(key, value, version)));
  }

  /** Removes a record. One that is not there is none. */
  remove<K extends Key>(
    database: Database<unknown, K>,
    key: K,
    { placement = 'anywhere' }: { readonly placement?: Placement } = {},
  ): void {
    this.bytes += placement === 'anywhere' ? 2 * PAGE : OVERHEAD;
    // As in `put`.
    this.writes.push(() => void database.remove(key));
  }

  /** Hands all of it to LMDB. Called inside of its block, which is the transaction. */
  apply(): void {
    for (const write of this.writes) write();
  }
}
