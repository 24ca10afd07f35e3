/**
 * A power cut for Redis. With `appendfsync everysec` what it wrote last is in the memory of the system alone: a process that is
 * killed loses none of it, a machine does. So the tail of its file is taken away, back to where the file ended some time before.
 */
import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** Milliseconds between two looks at the file, and for how long they are remembered. */
const LOOK = 50;
const REMEMBERED = 2000;

interface Look {
  readonly at: number;
  readonly file: string;
  readonly size: number;
}

/** What of a Redis' append-only file the disk surely has. */
export class DiskCache {
  private looks: Look[] = [];
  private readonly timer: NodeJS.Timeout;

  /** @param directory where Redis keeps its files */
  constructor(private readonly directory: string) {
    this.timer = setInterval(() => void this.look(), LOOK);
  }

  /** Takes away what was written within the last `milliseconds`. Redis must have ended. Resolves with how many bytes that were. */
  async lose(milliseconds: number): Promise<number> {
    clearInterval(this.timer);
    const before = performance.now() - milliseconds;
    const kept = this.looks.findLast(({ at }) => at <= before) ?? this.looks[0];
    const last = await this.newest();
    if (!kept || !last || kept.file !== last.file) return 0;
    await truncate(kept.file, kept.size);
    return last.size - kept.size;
  }

  private async look(): Promise<void> {
    const now = await this.newest();
    if (!now) return;
    this.looks = [...this.looks.filter(({ at }) => at > now.at - REMEMBERED), now];
  }

  /** The file that Redis appends to: from version 7 on one of several, in a directory of their own. */
  private async newest(): Promise<Look | undefined> {
    const names = await readdir(this.directory, { recursive: true });
    const [name] = names
      .filter((each) => /appendonly\.aof(\.\d+\.incr\.aof)?$/.test(each))
      .toSorted()
      .toReversed();
    if (name === undefined) return undefined;
    const file = join(this.directory, name);
    const { size, isFile } = await stat(file).then((found) => ({ size: found.size, isFile: found.isFile() }));
    return isFile ? { at: performance.now(), file, size } : undefined;
  }
}
