/**
 * Random numbers that come again: the same seed gives the same faults. What the machine makes of their timing is not in our hands,
 * so that a replay is a near one.
 */

/** A stream of random numbers. Each actor has one of its own, so that the order in which they run changes nothing. */
export class Random {
  constructor(private state: number) {}

  /** At least 0, less than 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** Whether something that happens in `share` of all cases happens now. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of several. */
  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.between(0, choices.length - 1)] ?? choices[0];
  }

  /** A stream for somebody else, which follows from this one's seed. */
  fork(): Random {
    return new Random(this.between(0, 2 ** 31));
  }
}
