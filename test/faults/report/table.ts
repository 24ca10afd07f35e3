/**
 * The outcomes as a table that lines up: names to the left, numbers to the right.
 */
import { FAULTS } from '../ledger/findings.ts';
import type { Outcome } from '../play.ts';

const HEADINGS = ['scenario', 'clients', 'messages', 'acknowledged', 'delivered', ...FAULTS, 'problems', 'time'];

/** One line for the headings, one for a rule, and one for each outcome. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = [HEADINGS, ...outcomes.map(cellsOf)];
  const widths = HEADINGS.map((_heading, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function cellsOf(outcome: Outcome): string[] {
  const { name, clients, messages, acknowledged, delivered, faults, problems, seconds } = outcome;
  const counts = [clients, messages, acknowledged, delivered, ...FAULTS.map((fault) => faults[fault]), problems.length];
  return [name, ...counts.map((count) => count.toLocaleString('en-US')), `${seconds.toFixed(1)} s`];
}
