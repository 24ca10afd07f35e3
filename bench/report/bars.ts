/**
 * What Belfry is held to, as ratios within one run, and whether a run reached it.
 * The ratios are those of medians. A bar whose contenders were not measured is left open.
 */
import type { Measures } from '../load/job.ts';
import { measured } from '../results.ts';
import type { Results } from '../results.ts';
import { markdownTable } from './markdown-table.ts';
import { multipleOf, numberOf } from './row-report.ts';

interface Bar {
  readonly sentence: string;
  readonly at: 'least' | 'most';
  readonly limit: number;
  /** How a value of it is written. */
  readonly unit: 'times' | 'ms' | 'KiB';
  readonly value: (results: Results) => number | undefined;
}

/** What a run came to. */
export interface Verdict {
  readonly sentence: string;
  readonly required: string;
  readonly measured: string;
  /** Undefined when it was not measured. */
  readonly reached: boolean | undefined;
  /** "reached", or by how much not. */
  readonly words: string;
}

/** One entry's measure in multiples of another's. */
function ratio(row: string, measure: keyof Measures, key: string, base: string): Bar['value'] {
  return (results) => {
    const over = measured(results, row, key, measure);
    const under = measured(results, row, base, measure);
    return over === undefined || under === undefined || under === 0 ? undefined : over / under;
  };
}

const plain =
  (row: string, measure: keyof Measures): Bar['value'] =>
  (results) =>
    measured(results, row, 'belfry', measure);

/** Deliveries for one second of processor time are the inverse of processor time for one delivery. */
const perCpuSecond = (base: string): Bar['value'] => ratio('burst', 'cpuPerDelivery', base, 'belfry');
const most = (sentence: string, limit: number, value: Bar['value'], unit: Bar['unit'] = 'times'): Bar => ({
  sentence,
  at: 'most',
  limit,
  unit,
  value,
});
const least = (sentence: string, limit: number, value: Bar['value']): Bar => ({
  sentence,
  at: 'least',
  limit,
  unit: 'times',
  value,
});

const BATCHED = 'belfry, BATCH_WINDOW=20ms';

const BARS: readonly Bar[] = [
  least("burst: deliveries per second of server CPU, to the seed's", 12, perCpuSecond('seed')),
  least("burst: the same, to Socket.IO's", 12, perCpuSecond('socket.io')),
  least("burst: the same, to Bun's", 0.5, perCpuSecond('bun')),
  most(
    "burst: CPU per delivery, to the seed's (a quarter of what uWebSockets.js is said to need)",
    0.0826,
    ratio('burst', 'cpuPerDelivery', 'belfry', 'seed'),
  ),
  most("single: CPU per delivery, to the seed's", 0.95, ratio('single', 'cpuPerDelivery', 'belfry', 'seed')),
  most("steady: CPU per delivery, to the seed's", 1, ratio('steady', 'cpuPerDelivery', 'belfry', 'seed')),
  most("steady: p99, to the seed's", 1, ratio('steady', 'p99', 'belfry', 'seed')),
  most(
    "steady: CPU per delivery with BATCH_WINDOW=20ms, to the seed's",
    0.5,
    ratio('steady', 'cpuPerDelivery', BATCHED, 'seed'),
  ),
  most("inbound: CPU per message, to a plain Nest gateway's", 0.6, ratio('inbound', 'cpuPerMessage', 'belfry', 'nest')),
  most("idle: memory per connection, to the seed's", 1.3, ratio('idle', 'perConnection', 'belfry', 'seed')),
  most("idle: memory per connection, to Socket.IO's", 0.7, ratio('idle', 'perConnection', 'belfry', 'socket.io')),
  least("connect: connections per second, to the seed's", 0.8, ratio('connect', 'connectRate', 'belfry', 'seed')),
  most('join: to the last of 10,000 missed messages', 150, plain('join', 'caughtUp'), 'ms'),
  most('join: peak memory for each of 50 that come back at once', 64, plain('join', 'perJoiner'), 'KiB'),
  most(
    'compression: CPU per delivery, to that without',
    2,
    ratio('compression', 'cpuPerDelivery', 'belfry, compressed', 'belfry, off'),
  ),
];

/** How a run stands to each bar. */
export function verdictsOf(results: Results): Verdict[] {
  return BARS.map(({ sentence, at, limit, unit, value }) => {
    const reading = value(results);
    const required = `at ${at} ${amount(limit, unit)}`;
    if (reading === undefined) {
      return { sentence, required, measured: '-', reached: undefined, words: 'not measured' };
    }
    const reached = at === 'least' ? reading >= limit : reading <= limit;
    const short = at === 'least' ? limit / reading : reading / limit;
    const words = reached ? 'reached' : `missed by a factor of ${numberOf(short, 2)}`;
    return { sentence, required, measured: amount(reading, unit), reached, words };
  });
}

/** Verdicts as a table. */
export function barsTable(verdicts: readonly Verdict[]): string {
  return markdownTable(
    ['bar', 'required', 'measured', 'verdict'],
    verdicts.map(({ sentence, required, measured: reading, words }) => [sentence, required, reading, words]),
  );
}

function amount(value: number, unit: Bar['unit']): string {
  if (unit === 'times') return value < 0.1 ? `${numberOf(value, 4)}×` : multipleOf(value);
  return `${numberOf(value, 0)} ${unit}`;
}
