/**
 * A row of the benchmark as a table with its notes. Next to each number stands what multiple of the seed's it is.
 */
import type { Measures } from '../load/job.ts';
import { isLoadBound } from '../results.ts';
import type { Outcome, RowResult } from '../results.ts';
import type { Column, Row } from '../rows/row.ts';
import { markdownTable } from './markdown-table.ts';

/** Marks cells in which the load was the bottleneck. */
const MARK = ' \\*';

/** The measures that a busy load process holds down. */
const HELD_DOWN: ReadonlySet<keyof Measures> = new Set(['deliveries', 'messages', 'connectRate']);

/** The table, and a line for everything that one has to know to read it. */
export function rowReport(row: Row, { outcomes }: RowResult): string {
  const seed = outcomes.find(({ key }) => key === 'seed')?.measures;
  const cells = outcomes.map((outcome) => [
    outcome.label,
    ...row.columns.map((column) => cellOf(outcome, column, outcome.key === 'seed' ? undefined : seed)),
  ]);
  const table = markdownTable(['', ...row.columns.map(({ title }) => title)], cells)
    // The mark was meant as it stands, for it is Markdown already.
    .replaceAll('\\\\*', '\\*');
  const notes = notesOf(outcomes);
  return notes.length === 0 ? table : `${table}\n\n${notes.map((note) => `- ${note}`).join('\n')}`;
}

function notesOf(outcomes: readonly Outcome[]): string[] {
  const notes = outcomes.flatMap(({ label, problem }) => (problem === undefined ? [] : [`${label}: ${problem}`]));
  if (outcomes.some(({ measures }) => isLoadBound(measures))) {
    notes.push('\\* The load process was busy for more than 90 % of a core: the server could have done more a second.');
  }
  return notes;
}

function cellOf({ measures }: Outcome, { measure, digits, ratio }: Column, seed: Measures | undefined): string {
  const value = measures[measure];
  if (value === undefined || !Number.isFinite(value)) return '-';
  const mark = HELD_DOWN.has(measure) && isLoadBound(measures) ? MARK : '';
  const base = seed?.[measure];
  const multiple = ratio && base !== undefined && base > 0 ? ` (${multipleOf(value / base)})` : '';
  return `${numberOf(value, digits)}${mark}${multiple}`;
}

/** `1,234.5` */
export function numberOf(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `0.95×`, `12×` */
export function multipleOf(ratio: number): string {
  return `${numberOf(ratio, ratio < 10 ? 2 : ratio < 100 ? 1 : 0)}×`;
}
