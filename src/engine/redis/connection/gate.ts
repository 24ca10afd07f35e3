/**
 * Opens once. Whoever stops waiting leaves nothing behind: an outage may be long, and what is given up in it must neither
 * stay in memory nor go through together when it is over.
 */
export class Gate {
  /** Whether it is open. */
  isOpen = false;
  private readonly waiting = new Set<() => void>();

  /** Resolves when it opens, or when nobody waits any more. */
  async passed(signal?: AbortSignal): Promise<void> {
    if (this.isOpen || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.waiting.delete(go);
        signal?.removeEventListener('abort', go);
        resolve();
      };
      this.waiting.add(go);
      signal?.addEventListener('abort', go);
    });
  }

  /** Opens it, for good. */
  open(): void {
    this.isOpen = true;
    for (const go of this.waiting) go();
  }
}
