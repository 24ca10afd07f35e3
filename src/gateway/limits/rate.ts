/**
 * A rate with a burst, as one number for each who is counted: until when what was taken is paid for. It moves on with each
 * taking and is overtaken by the clock; what it is ahead of the clock is what was taken beyond the rate.
 */
import { BURST_SECONDS } from '../../settings/limits/limit.ts';
import { SECOND } from '../../settings/units.ts';

/** Milliseconds that one may be ahead. */
export const BURST = BURST_SECONDS * SECOND;

/**
 * Milliseconds' worth that is there again when the wait is over that is told to whoever is refused: one that had waited for
 * the very next would be refused over and over.
 */
export const REST = SECOND;

/** Names of whom is remembered what they took. */
const MOST_NAMES = 100_000;

/** Names that are looked at for each new one: two, so that they grow fewer when they were many. */
const LOOKED_AT = 2;

/** A rate for each of many names, such as addresses or users. What is full again is forgotten; it takes no timer. */
export class Rate {
  private readonly paidUntil = new Map<string, number>();

  /**
   * @param perSecond how much; ten seconds' worth may be taken at once. Infinity for no limit
   * @param most names to remember; beyond them the one that is not looked at for longest is forgotten, and may take anew
   */
  constructor(
    private readonly perSecond: number,
    private readonly most = MOST_NAMES,
  ) {}

  /** How many names are remembered. */
  get size(): number {
    return this.paidUntil.size;
  }

  /**
   * Takes one.
   *
   * @param now on the clock of `performance.now()`
   * @returns 0, or the milliseconds to wait when there is none; then nothing is taken
   */
  take(name: string, now: number): number {
    const wait = this.wait(name, now);
    if (wait === 0) this.add(name, now);
    return wait;
  }

  /** 0 when one could be taken now, else the milliseconds until there is a second's worth. */
  wait(name: string, now: number): number {
    if (this.perSecond === Infinity) return 0;
    const ahead = (this.paidUntil.get(name) ?? now) - now;
    // What rounding adds to the last one of a burst does not count.
    const beyond = Math.ceil(ahead + SECOND / this.perSecond - BURST - 0.001);
    return beyond > 0 ? beyond + REST : 0;
  }

  private add(name: string, now: number): void {
    if (this.perSecond === Infinity) return;
    const known = this.paidUntil.get(name);
    if (known === undefined) this.makeRoom(now);
    this.paidUntil.set(name, Math.max(known ?? now, now) + SECOND / this.perSecond);
  }

  private makeRoom(now: number): void {
    for (let looked = 0; looked < LOOKED_AT; looked += 1) {
      const [oldest] = this.paidUntil;
      if (oldest === undefined) return;
      const [name, until] = oldest;
      this.paidUntil.delete(name);
      // Who is still ahead goes to the end of the line, unless there are too many.
      if (until > now && this.paidUntil.size < this.most - 1) this.paidUntil.set(name, until);
    }
  }
}
