/**
 * What of a run is worth a picture: what a second of processor time delivers, and what a connection keeps.
 */
import type { Results } from '../results.ts';
import { chart } from './chart.ts';
import type { ChartBar, ChartGroup } from './chart.ts';
import { numberOf } from './row-report.ts';

/** The chart of a run. Rows that were not run have no group in it. */
export function pictureOf(results: Results): string {
  const perCpuSecond = (row: string, title: string): ChartGroup => ({
    title,
    subtitle: 'thousand deliveries per second of server CPU, more is better',
    bars: barsOf(results, row, ({ cpuPerDelivery = NaN }) => 1000 / cpuPerDelivery, 0),
  });
  return chart(`Belfry beside others: ${results.machine.processor}, ${results.machine.date}`, [
    perCpuSecond('burst', 'A burst of messages to 200 connections'),
    perCpuSecond('single', 'One message at a time to 1,000 connections'),
    {
      title: 'An idle connection',
      subtitle: 'KiB of memory per connection, less is better',
      bars: barsOf(results, 'idle', ({ perConnection = NaN }) => perConnection, 1),
    },
  ]);
}

function barsOf(
  { rows }: Results,
  row: string,
  value: (measures: Results['rows'][number]['outcomes'][number]['measures']) => number,
  digits: number,
): ChartBar[] {
  const outcomes = rows.find(({ name }) => name === row)?.outcomes ?? [];
  return outcomes
    .map(({ label, contender, measures }) => ({
      label: label.replaceAll('`', ''),
      value: value(measures),
      text: numberOf(value(measures), digits),
      ours: contender === 'belfry' || contender === 'plain',
    }))
    .filter((bar) => Number.isFinite(bar.value));
}
