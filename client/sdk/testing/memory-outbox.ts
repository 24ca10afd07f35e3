import type { Outbox } from '../publishing/outbox-port.ts';
import type { Publication } from '../publishing/publication.ts';

/** An outbox whose every write waits for the test. */
export class MemoryOutbox implements Outbox {
  /** What it holds. */
  readonly kept: Publication[];
  /** What the next `adopt` gives. */
  orphans: Publication[] = [];
  /** Makes writing fail. */
  isBroken = false;
  isClosed = false;
  readonly #writing: Array<() => void> = [];

  constructor(orphans: Publication[] = []) {
    this.kept = [...orphans];
    this.orphans = orphans;
  }

  client(_fresh: string): Promise<string> {
    return Promise.resolve('5'.repeat(32));
  }

  add(publication: Publication): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#writing.push(() => {
        if (this.isBroken) return reject(new Error('disk full'));
        this.kept.push(publication);
        resolve();
      });
    });
  }

  remove({ key }: Publication): Promise<void> {
    if (this.isBroken) return Promise.reject(new Error('disk full'));
    const index = this.kept.findIndex((each) => each.key === key);
    if (index !== -1) this.kept.splice(index, 1);
    return Promise.resolve();
  }

  adopt(): Promise<readonly Publication[]> {
    return Promise.resolve(this.orphans.splice(0));
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** Everything that waits to be written is, or fails; whoever waits for it has heard of it. */
  async write(): Promise<void> {
    for (const write of this.#writing.splice(0)) write();
    await settled();
  }
}

/** Whatever was resolved has been heard by those who waited for it. */
export async function settled(turns = 10): Promise<void> {
  await Promise.resolve();
  if (turns > 1) await settled(turns - 1);
}
