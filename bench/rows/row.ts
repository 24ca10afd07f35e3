/**
 * What a row of the benchmark is: one kind of load, put on several contenders one after another, and the columns that it fills.
 */
import type { ContenderName } from '../contenders/contender.ts';
import type { Job, Measures } from '../load/job.ts';

/** Everything that `--quick` makes smaller. Times in milliseconds. */
export interface Scale {
  readonly name: 'full' | 'quick';
  readonly warmUp: number;
  readonly window: number;
  readonly idle: number;
  readonly connects: number;
  readonly missedTries: number;
}

/** One of those that are compared in a row. */
export interface Entry {
  readonly contender: ContenderName;
  /** What is special about it here, behind the contender's name. */
  readonly variant?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What differs from the row's own job. */
  readonly deflate?: boolean;
}

/** A column: a measure, and how it is shown. */
export interface Column {
  readonly measure: keyof Measures;
  readonly title: string;
  readonly digits: number;
  /** Whether its ratio to the seed's says something. */
  readonly ratio: boolean;
}

/** A row. */
export interface Row {
  readonly name: string;
  readonly title: string;
  /** What it does, in sentences, for whoever reads the results. */
  readonly method: string;
  readonly tls: boolean;
  readonly entries: readonly Entry[];
  readonly columns: readonly Column[];
  job(scale: Scale, entry: Entry): Job;
}

/** How an entry is told from the others of its row. */
export function keyOf({ contender, variant }: Entry): string {
  return variant === undefined ? contender : `${contender}, ${variant}`;
}

/** All contenders as they are. */
export const EVERYONE: readonly Entry[] = [
  { contender: 'belfry' },
  { contender: 'plain' },
  { contender: 'seed' },
  { contender: 'socket.io' },
  { contender: 'nest' },
  { contender: 'bun' },
];

const column = (measure: keyof Measures, title: string, digits: number, ratio = true): Column => ({
  measure,
  title,
  digits,
  ratio,
});

/** The columns that rows choose from. */
export const COLUMN = {
  deliveries: column('deliveries', 'deliveries/s', 0),
  cpuPerDelivery: column('cpuPerDelivery', 'server CPU per delivery (µs)', 2),
  messages: column('messages', 'messages/s', 0),
  cpuPerMessage: column('cpuPerMessage', 'server CPU per message (µs)', 1),
  p50: column('p50', 'p50 (ms)', 2),
  p99: column('p99', 'p99 (ms)', 2),
  max: column('max', 'max (ms)', 1, false),
  resident: column('resident', 'resident (MiB)', 0),
  growth: column('growth', 'growth (MiB)', 1, false),
  connections: column('connections', 'connections', 0, false),
  connectRate: column('connectRate', 'connections/s', 0),
  cpuPerConnection: column('cpuPerConnection', 'server CPU per connection (µs)', 0),
  perConnection: column('perConnection', 'memory per connection (KiB)', 1),
  caughtUp: column('caughtUp', 'to the last message (ms)', 0, false),
  perJoiner: column('perJoiner', 'peak memory per joiner (KiB)', 1, false),
} as const;
