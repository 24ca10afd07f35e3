/**
 * A whole run in Markdown, as it is printed.
 */
import type { Machine } from '../machine.ts';
import type { Results } from '../results.ts';
import { ROWS } from '../rows/index.ts';
import { barsTable, verdictsOf } from './bars.ts';
import { rowReport } from './row-report.ts';

/** Everything that was measured, row by row, and how it stands to the bars. */
export function reportOf(results: Results): string {
  const verdicts = verdictsOf(results).filter(({ reached }) => reached !== undefined);
  const bars = verdicts.length > 0 ? [`## The bars\n\n${barsTable(verdicts)}`] : [];
  return [machineLine(results), ...rowSections(results, () => []), ...bars].join('\n\n');
}

/** A section for each row that was run: its title, what `more` has to say about it, and its table. */
export function rowSections(results: Results, more: (method: string) => string[]): string[] {
  return ROWS.flatMap((row) => {
    const result = results.rows.find(({ name }) => name === row.name);
    return result ? [`## ${row.title} (\`${row.name}\`)`, ...more(row.method), rowReport(row, result)] : [];
  });
}

/** On what, with what and how the run was made. */
export function machineLine({ machine, rounds, scale }: Results): string {
  const { processor, cores, memory, system, versions, date } = machine;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const how = scale === 'quick' ? ', in short windows: rough figures' : '';
  return [
    `${processor}, ${cores} cores, ${memory} GiB, ${system}. ${programs.join(', ')}.`,
    `${date}, ${rounds === 1 ? 'one round' : `medians of ${rounds} interleaved rounds`}${how}. ${pinning(machine)}`,
  ].join('\n');
}

function pinning({ pinned }: Machine): string {
  return pinned ? 'The server had one core, the load another.' : 'Server and load were not bound to cores.';
}
