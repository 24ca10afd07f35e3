/**
 * A Cluster that looks at its slots in peace. While one of its servers is down, ioredis (6.0) asks for the slots anew whenever
 * it could not subscribe there, finds the same server in them, and tries again at once: a processor's whole time for nothing.
 */
import { Cluster } from 'ioredis';

/** Milliseconds between two looks. */
const PAUSE = 250;

type Callback = (error?: Error | null) => void;

/** As a Cluster, with a pause between two looks at the slots. Whoever asks meanwhile is answered by the next one. */
export class CalmCluster extends Cluster {
  private readonly waitingForSlots: (Callback | undefined)[] = [];
  private lastLook = -Infinity;

  /** Asks for the slots, now or as soon as the pause is over. */
  override refreshSlotsCache(callback?: Callback): void {
    const wait = this.lastLook + PAUSE - performance.now();
    if (wait <= 0) {
      this.lastLook = performance.now();
      super.refreshSlotsCache(callback);
    } else if (this.waitingForSlots.push(callback) === 1) {
      setTimeout(() => this.answer(), wait).unref();
    }
  }

  private answer(): void {
    const waiting = this.waitingForSlots.splice(0);
    this.lastLook = performance.now();
    super.refreshSlotsCache((error) => {
      for (const callback of waiting) callback?.(error);
    });
  }
}
