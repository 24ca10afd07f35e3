/**
 * Room for what is to be written, taken before LMDB writes it.
 * lmdb-js 3.5 does not survive a full disk: for its error message it writes beyond a buffer of 100 bytes (mdb.c,
 * "Attempting to write page at position"), and the process aborts. So zeros go behind the end of the data file first.
 * When they do not fit, that is an ordinary error; when they do, LMDB finds the blocks already there.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** Bytes that the file grows by at the least, so that zeros are not written for each transaction. */
const CHUNK = 1024 * 1024;

const ZEROS = Buffer.alloc(CHUNK);

/** The room behind what LMDB uses of its file. */
export class Room {
  /** Bytes that are certainly free: what was taken was taken at its largest. */
  private left = 0;

  private constructor(
    private readonly handle: FileHandle,
    private size: number,
  ) {}

  /** @param path the data file, which is there */
  static async of(path: string): Promise<Room> {
    const handle = await open(path, 'r+');
    return new Room(handle, (await handle.stat()).size);
  }

  /**
   * Takes room, unless there is enough. Nothing may write to the file meanwhile.
   *
   * @param room bytes that must fit behind what is used
   * @param usedNow bytes of the file that LMDB uses; asked for only when it must be known, as LMDB has to count
   * @throws Error when the disk is full; the file is as it was
   */
  async take(room: number, usedNow: () => number): Promise<void> {
    if (room > this.left) {
      const used = usedNow();
      await this.grow(used + room);
      this.left = this.size - used;
    }
    this.left -= room;
  }

  private async grow(needed: number): Promise<void> {
    if (needed <= this.size) return;
    const { size } = await this.handle.stat();
    const end = Math.max(needed, size + CHUNK);
    try {
      for (let position = size; position < end;) {
        const length = Math.min(ZEROS.length, end - position);
        // One after the other: each begins where the last one ended.
        position += (await this.handle.write(ZEROS, 0, length, position)).bytesWritten;
      }
      this.size = end;
    } catch (error) {
      await this.handle.truncate(size);
      throw error;
    }
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    await this.handle.close();
  }
}
