/**
 * Who lost its line, and when it was back in all of its channels: how much a fault cost its clients, and whether they came back
 * one after another or all at once. Times are by `performance.now()`.
 */

/** A client that came back. */
interface Return {
  /** When it was in all of its channels again. */
  readonly at: number;
  /** Milliseconds since its line broke. */
  readonly took: number;
}

/** What a report says of them. */
export interface ReconnectFigures {
  readonly count: number;
  /** Milliseconds from the broken line to the last of the channels; half of them, and all but a hundredth, took no longer. */
  readonly p50: number;
  readonly p99: number;
  /** How many came back in each second, from the first one that did. */
  readonly perSecond: readonly number[];
}

const SECOND = 1000;

/** All reconnects of a run. */
export class Reconnects {
  private readonly away = new Map<string, number>();
  private readonly returns: Return[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A client's line broke, or could not be made; what counts is the first time until it is back. */
  lost(name: string): void {
    if (!this.away.has(name)) this.away.set(name, this.now());
  }

  /** It is in all of its channels. Nothing is counted for one that was not away. */
  back(name: string): void {
    const since = this.away.get(name);
    if (since === undefined) return;
    this.away.delete(name);
    const at = this.now();
    this.returns.push({ at, took: at - since });
  }

  /** How many are away. */
  get missing(): number {
    return this.away.size;
  }

  /** How many came back from then on, and the most of them that did within one second, wherever it begins. */
  crowding(from: number): { readonly count: number; readonly busiest: number } {
    const times = this.returns.map(({ at }) => at).filter((at) => at >= from);
    let busiest = 0;
    for (let oldest = 0, newest = 0; newest < times.length; newest += 1) {
      while ((times[oldest] ?? 0) <= (times[newest] ?? 0) - SECOND) oldest += 1;
      busiest = Math.max(busiest, newest - oldest + 1);
    }
    return { count: times.length, busiest };
  }

  /** All of them in figures. */
  get figures(): ReconnectFigures {
    const took = this.returns.map((each) => each.took).toSorted((a, b) => a - b);
    const quantile = (share: number): number => took[Math.ceil(took.length * share) - 1] ?? 0;
    const first = this.returns[0]?.at ?? 0;
    const seconds = this.returns.map(({ at }) => Math.floor((at - first) / SECOND));
    const perSecond = Array.from({ length: (seconds.at(-1) ?? -1) + 1 }, () => 0);
    for (const second of seconds) perSecond[second] = (perSecond[second] ?? 0) + 1;
    return { count: took.length, p50: quantile(0.5), p99: quantile(0.99), perSecond };
  }
}
