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

/** What is known of one name. */
interface Account {
  /** Until when what it took is paid for. */
  paidUntil: number;
  /** Until when it is refused, having been told so: what it sends meanwhile must not overtake what was refused. */
  refusedUntil: number;
}

/** A rate for each of many names, such as addresses or users. What is full again is forgotten; it takes no timer. */
export class Rate {
  private readonly accounts = new Map<string, Account>();

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
    return this.accounts.size;
  }

  /**
   * Takes one.
   *
   * @param now on the clock of `performance.now()`
   * @returns 0, or the milliseconds to wait; then nothing is taken, and nothing is given until they are over
   */
  take(name: string, now: number): number {
    if (this.perSecond === Infinity) return 0;
    const account = this.accounts.get(name) ?? this.open(name, now);
    if (account.refusedUntil > now) return Math.ceil(account.refusedUntil - now);
    const paidUntil = Math.max(account.paidUntil, now) + SECOND / this.perSecond;
    // What rounding adds to the last one of a burst does not count.
    const beyond = Math.ceil(paidUntil - now - BURST - 0.001);
    if (beyond > 0) {
      account.refusedUntil = now + beyond + REST;
      return beyond + REST;
    }
    account.paidUntil = paidUntil;
    return 0;
  }

  private open(name: string, now: number): Account {
    this.makeRoom(now);
    const account = { paidUntil: now, refusedUntil: now };
    this.accounts.set(name, account);
    return account;
  }

  private makeRoom(now: number): void {
    for (let looked = 0; looked < LOOKED_AT; looked += 1) {
      const [oldest] = this.accounts;
      if (oldest === undefined) return;
      const [name, account] = oldest;
      this.accounts.delete(name);
      // Who is still ahead goes to the end of the line, unless there are too many.
      if (account.paidUntil > now && this.accounts.size < this.most - 1) this.accounts.set(name, account);
    }
  }
}
