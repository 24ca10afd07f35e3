/**
 * The outcomes as a table that lines up: names to the left, numbers to the right.
 */
import type { Outcome } from './fuzz.ts';

const HEADINGS = ['kind', 'inputs', 'time', "neighbours' messages", 'p99', 'p99 alone', 'memory', 'heap'];

/** One line for the headings, one for a rule, one for each outcome, and one for all. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const total = outcomes.reduce((sum, { inputs }) => sum + inputs, 0);
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  const rows = [HEADINGS, ...outcomes.map(cellsOf), ['all', total.toLocaleString('en-US'), `${seconds.toFixed(0)} s`]];
  const widths = HEADINGS.map((_heading, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    widths
      .map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width)))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function cellsOf({ kind, inputs, seconds, messages, p99, alone, memory, heap }: Outcome): string[] {
  return [
    kind,
    inputs.toLocaleString('en-US'),
    `${seconds.toFixed(0)} s`,
    messages.toLocaleString('en-US'),
    `${p99.toFixed(1)} ms`,
    `${alone.toFixed(1)} ms`,
    memory === undefined ? '-' : `${(memory * 100).toFixed(1)} %`,
    `${(heap * 100).toFixed(1)} %`,
  ];
}
