/**
 * What a scenario of a cluster is: faults among several nodes and their Redis, while the same crowd talks.
 */
import type { Scenario } from '../../scenarios/scenario.ts';
import type { Cluster } from '../cluster.ts';

/** How Redis keeps what it is told. */
export const KEEPING = {
  always: ['--appendonly', 'yes', '--appendfsync', 'always', '--auto-aof-rewrite-percentage', '0'],
  everysec: ['--appendonly', 'yes', '--appendfsync', 'everysec', '--auto-aof-rewrite-percentage', '0'],
  none: [],
} as const;

/** One kind of fault in a cluster. */
export interface ClusterScenario extends Scenario<Cluster> {
  /** How its Redis keeps what it is told. */
  readonly keeping: keyof typeof KEEPING;
  /** Whether its short form is played with every `npm test`. */
  readonly isBrief?: boolean;
}

/** Messages that every channel keeps: all of them. */
export const EVERYTHING = 1_000_000;
