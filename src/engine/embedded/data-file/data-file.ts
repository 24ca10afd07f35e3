/**
 * The data file: LMDB with the databases of layout.ts, opened so that neither a kill nor a power cut can damage it.
 * Relies on the directory's lock for being alone; a second writer is found out by the fence and stops this one.
 * Guarantees that a transaction is there as a whole or not at all, and that what `write` resolved is visible.
 *
 * What lmdb-js 3.5 does, as its sources say (open.js, write.js, writer.cpp, mdb.c):
 * - Never in write-map mode: pages go through `pwrite`, so a full disk is an error code and not a SIGBUS.
 * - `overlappingSync: true` writes pages and meta page to the OS, lets readers see them, and then flushes; a third meta
 *   page, half a page behind the first, names the last flushed transaction, and no page of that one is reused before the
 *   next is flushed. When the file is opened under another boot id than the last commit's, LMDB goes back to it. So a
 *   power cut costs the last commits, never the file; a killed process costs nothing, as the OS still has the pages.
 * - `overlappingSync: false` flushes the pages before the meta page that names them, and the meta page before anybody
 *   sees it: nothing is read that a power cut could take back. That is `flush`.
 * - A file that was written with overlapping must first be opened so again: only that mode knows the third meta page.
 *   And the first transaction with overlapping must be flushed before the second, or that page may be an old one.
 * - `noSync` would be faster and is not used: after a power cut the file may be no B-tree any more.
 * - With `eventTurnBatching` a failed commit also rejects a promise that nobody can reach, which ends the process.
 */
import { join } from 'node:path';
import { open } from 'lmdb';
import type { Database, RootDatabase } from 'lmdb';
import type { Durability } from '../../../settings/settings.ts';
import { Room } from './room.ts';
import { Transaction } from './transaction.ts';

/** The name of LMDB's file in its directory. */
export const DATA_FILE = 'data.mdb';

/** Keys in `life`. The version of one is the fence, that of the other the number of the last transaction. */
const LIFE = 'life';
const SEQUENCE = 'sequence';

/** What LMDB counts. lmdb-js leaves it untyped. */
interface Stats {
  readonly entryCount: number;
  /** Of the whole file. */
  readonly lastPageNumber: number;
  readonly root: { readonly pageSize: number };
}

/** A transaction on its way. Both promises reject with what LMDB says, or with FencedOff. */
export interface Written {
  /**
   * Resolves when it is as durable as the file was opened for, and reads see it. With `commit` that is when the OS has
   * it. Rejects only when it was not written, or not flushed with `flush`.
   */
  readonly kept: Promise<void>;
  /** Resolves when the disk has it. */
  readonly flushed: Promise<void>;
}

/** Somebody else has written to the file: this process must not, ever again. */
export class FencedOff extends Error {}

/** The data file, open. Reads are answered from its memory map at once; writes go through a thread of LMDB's own. */
export class DataFile {
  readonly channels: Database<Buffer, string>;
  readonly messages: Database<Buffer, Buffer>;
  readonly keys: Database<Buffer, Buffer>;
  readonly expiry: Database<Buffer, Buffer>;
  private readonly life: Database<string, string>;
  /** Grows with each start; every transaction is applied only while it is the one in the file. */
  private fence = 0;
  /** Transactions of this life. */
  private sequence = 0;
  private readonly unflushed: Promise<void>[] = [];

  private constructor(
    private readonly root: RootDatabase,
    private readonly room: Room,
  ) {
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;
    this.life = root.openDB({ name: 'life', encoding: 'string', useVersions: true });
    this.channels = root.openDB({ name: 'channels', encoding: 'binary' });
    this.messages = root.openDB({ name: 'messages', ...binary });
    this.keys = root.openDB({ name: 'keys', ...binary });
    this.expiry = root.openDB({ name: 'expiry', ...binary });
  }

  /**
   * Opens the data file in `directory`, and creates it when it is not there.
   *
   * @throws Error what LMDB says
   */
  static async open(directory: string, durability: Durability): Promise<DataFile> {
    let root = openRoot(directory, true);
    if (durability === 'flush') {
      // Opened with overlapping once, so that it went back to what was flushed before a power cut, if there was one.
      await root.close();
      root = openRoot(directory, false);
    }
    return new DataFile(root, await Room.of(join(directory, DATA_FILE)));
  }

  /** How many channels there are; none is ever removed, so that this is also the last number that was given. */
  get channelCount(): number {
    return this.stats.entryCount;
  }

  /** Bytes of the file that LMDB uses, and those between them that it has used. */
  get usedBytes(): number {
    const { lastPageNumber, root } = this.stats;
    return (lastPageNumber + 1) * root.pageSize;
  }

  /** What `beginLife` or `endLife` wrote last; undefined in a new file. */
  readLife(): string | undefined {
    return this.life.get(LIFE);
  }

  /**
   * Writes who lives here from now on, and shuts out whoever wrote here before. Resolves when it is flushed.
   *
   * @throws Error what LMDB or the disk says
   */
  async beginLife(life: string): Promise<void> {
    const before = this.life.getEntry(LIFE)?.version;
    this.fence = (before ?? 0) + 1;
    const transaction = this.lifeTransaction(life);
    await this.takeRoom(transaction);
    const apply = (): void => {
      transaction.apply();
      this.applySequence(this.sequence);
    };
    const writing = before === undefined ? this.life.ifNoExists(LIFE, apply) : this.life.ifVersion(LIFE, before, apply);
    await this.finish(writing);
    await this.root.flushed;
  }

  /**
   * Writes the last word of this life, and flushes all that came before it.
   *
   * @throws Error what LMDB or the disk says
   */
  async endLife(life: string): Promise<void> {
    const { flushed } = await this.write(this.lifeTransaction(life));
    await flushed;
    await this.root.flushed;
  }

  /**
   * Begins to write a transaction: all of it, or nothing. Resolves when it is on its way. While one is being flushed
   * another may begin, and no third: each keeps a thread of libuv's pool busy, and there are four.
   *
   * @throws Error when there is no room for it; nothing was begun
   */
  async write(transaction: Transaction): Promise<Written> {
    if (this.unflushed.length > 1) await this.unflushed[0];
    await this.takeRoom(transaction);
    const sequence = this.sequence + 1;
    this.sequence = sequence;
    const flushed = this.finish(
      this.life.ifVersion(LIFE, this.fence, () => {
        transaction.apply();
        this.applySequence(sequence);
      }),
    );
    const over = (): void => void this.unflushed.shift();
    this.unflushed.push(flushed.then(over, over));
    return { kept: this.seen(sequence, flushed), flushed };
  }

  /** False when LMDB has given the file up, as it does when it could not write a meta page. */
  isReadable(): boolean {
    try {
      this.root.resetReadTxn();
      return this.readLife() !== undefined;
    } catch {
      return false;
    }
  }

  /** Closes the file. What is being written must have been awaited. */
  async close(): Promise<void> {
    await this.room.close();
    await this.root.close();
  }

  private get stats(): Stats {
    return this.channels.getStats() as Stats;
  }

  private lifeTransaction(life: string): Transaction {
    const transaction = new Transaction();
    transaction.put(this.life, LIFE, life, { version: this.fence });
    return transaction;
  }

  private async takeRoom(transaction: Transaction): Promise<void> {
    await this.room.take(transaction.room, () => this.usedBytes);
  }

  /**
   * LMDB shows a commit to readers as soon as the OS has it, and wakes the event loop; but it tells nobody, and answers only
   * when the disk has it: some milliseconds later, or many. So whenever the loop has turned the commit is looked for.
   */
  private async seen(sequence: number, flushed: Promise<void>): Promise<void> {
    const state = { isOver: false };
    const over = flushed.finally(() => (state.isOver = true));
    // What it rejects with is thrown below, unless it was seen before; then whoever has `flushed` hears of it.
    over.catch(() => {});
    while (!state.isOver) {
      await turned();
      if (this.isWritten(sequence)) return;
    }
    if (!this.isWritten(sequence)) await over;
  }

  private isWritten(sequence: number): boolean {
    this.root.resetReadTxn();
    return this.life.getEntry(SEQUENCE)?.version === sequence;
  }

  /** Marks a transaction, so that it can be seen. */
  private applySequence(sequence: number): void {
    // As in Transaction.put.
    void this.life.put(SEQUENCE, '', sequence);
  }

  private async finish(writing: Promise<boolean>): Promise<void> {
    try {
      if (!(await writing)) throw new FencedOff('Another server has opened this data directory and writes to it now.');
    } catch (error) {
      // LMDB keeps the cause of a failed commit in a promise beside the error, which must be awaited in any case.
      await (error as { readonly commitError?: Promise<never> }).commitError;
      throw error;
    } finally {
      // LMDB otherwise reads one state until the event loop has turned.
      this.root.resetReadTxn();
    }
  }
}

/** Resolves when the event loop has turned because of something else: unlike another immediate it does not make it turn. */
async function turned(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve).unref();
  });
}

function openRoot(directory: string, overlappingSync: boolean): RootDatabase {
  return open(directory, { noSubdir: false, maxDbs: 8, eventTurnBatching: false, overlappingSync });
}
