import type { Ownership } from './ownership.ts';

/** By the Web Locks API: who lives holds a lock of its name, and the browser lets go of it when the tab dies. */
export class LockOwnership implements Ownership {
  readonly #locks: LockManager;
  readonly #prefix: string;
  #release: () => void = () => undefined;

  /** @param prefix of the locks' names, which all tabs of an origin share */
  constructor(locks: LockManager, prefix: string) {
    this.#locks = locks;
    this.#prefix = prefix;
  }

  hold(owner: string): Promise<void> {
    return new Promise((held, failed) => {
      const released = this.#locks.request(this.#prefix + owner, () => {
        held();
        return new Promise<void>((release) => {
          this.#release = release;
        });
      });
      released.catch(failed);
    });
  }

  isGone(owner: string): Promise<boolean> {
    return this.#locks.request(this.#prefix + owner, { ifAvailable: true }, (lock) => lock !== null);
  }

  release(): Promise<void> {
    this.#release();
    return Promise.resolve();
  }
}
