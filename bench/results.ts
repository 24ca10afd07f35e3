/**
 * What a run found, as it is shown and kept in bench/results/latest.json. Plain data: everything in it survives JSON.
 */
import type { ContenderName } from './contenders/contender.ts';
import type { Measures } from './load/job.ts';
import type { Machine } from './machine.ts';
import { median } from './statistics.ts';

/** What one entry of a row came to. */
export interface Outcome {
  /** See `keyOf`. */
  readonly key: string;
  readonly contender: ContenderName;
  readonly label: string;
  /** Medians over the rounds that succeeded; empty when none did. */
  readonly measures: Measures;
  /** What each round measured. */
  readonly rounds: readonly Measures[];
  /** Why there is nothing, or less than there should be. */
  readonly problem?: string;
}

/** A row, measured. */
export interface RowResult {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
}

/** A whole run. */
export interface Results {
  readonly machine: Machine;
  readonly scale: 'full' | 'quick';
  readonly rounds: number;
  readonly rows: readonly RowResult[];
}

/** The load was the bottleneck when its process used more than this of a core. */
const BUSY = 0.9;

/** Whether a contender may have been able to do more than the load could ask of it. */
export function isLoadBound({ loadShare = 0 }: Measures): boolean {
  return loadShare > BUSY;
}

/** The median of each measure. */
export function mediansOf(rounds: readonly Measures[]): Measures {
  const names = new Set(rounds.flatMap((round) => Object.keys(round) as (keyof Measures)[]));
  return Object.fromEntries(
    [...names].map((name) => [name, median(rounds.map((round) => round[name] ?? NaN).filter(Number.isFinite))]),
  );
}

/** A measure of an entry, undefined when it was not measured. */
export function measured(results: Results, row: string, key: string, measure: keyof Measures): number | undefined {
  const outcomes = results.rows.find(({ name }) => name === row)?.outcomes;
  const value = outcomes?.find((outcome) => outcome.key === key)?.measures[measure];
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
