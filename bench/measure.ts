/**
 * Plays the rows: the contenders of a row take turns, round after round, each time with a server that has just been started.
 * So whatever else changes on the machine meanwhile, it changes for all of them.
 */
import { contenderOf } from './contenders/contender.ts';
import type { ContenderName } from './contenders/contender.ts';
import { carryOut } from './contenders/load-process.ts';
import { ServerProcess } from './contenders/server-process.ts';
import type { Measures } from './load/job.ts';
import { mediansOf } from './results.ts';
import type { Outcome, RowResult } from './results.ts';
import { keyOf } from './rows/row.ts';
import type { Entry, Row, Scale } from './rows/row.ts';

/** What to play, and how. */
export interface Playing {
  readonly rows: readonly Row[];
  readonly contenders: readonly ContenderName[];
  readonly scale: Scale;
  readonly rounds: number;
  /** For servers that speak TLS. */
  readonly certificate: Readonly<Record<'TLS_CERT_FILE' | 'TLS_KEY_FILE', string>>;
  /** Told before each measuring, with the share that is done, 0..1. */
  readonly progress: (share: number, label: string) => void;
}

/** Plays all of it. */
export async function playAll({ rows, contenders, progress, ...playing }: Playing): Promise<RowResult[]> {
  const chosen = rows
    .map((row) => ({ row, entries: row.entries.filter(({ contender }) => contenders.includes(contender)) }))
    .filter(({ entries }) => entries.length > 0);
  const total = chosen.reduce((sum, { entries }) => sum + entries.length * playing.rounds, 0);
  let done = 0;
  const results: RowResult[] = [];
  for (const { row, entries } of chosen) {
    const rounds = new Map<Entry, Measures[]>(entries.map((entry) => [entry, []]));
    const problems = new Map<Entry, string>();
    for (let round = 0; round < playing.rounds; round += 1) {
      for (const [entry, measures] of rounds) {
        progress(done / total, `${row.name}: ${keyOf(entry)}`);
        try {
          measures.push(await play(row, entry, playing));
        } catch (error) {
          problems.set(entry, (error as Error).message);
        }
        done += 1;
      }
    }
    results.push({
      name: row.name,
      outcomes: [...rounds].map(([entry, measures]) => outcomeOf(entry, measures, problems.get(entry))),
    });
  }
  return results;
}

/** Starts one server, puts the load on it, and ends it. */
async function play(
  row: Row,
  entry: Entry,
  { scale, certificate }: Pick<Playing, 'scale' | 'certificate'>,
): Promise<Measures> {
  const { launch, dialect } = contenderOf(entry.contender);
  const how = launch({ ...entry.env, ...(row.tls ? certificate : {}) });
  if (typeof how === 'string') throw new Error(how);
  const server = await ServerProcess.start(how);
  try {
    const { port, pid } = server;
    return await carryOut({ target: { port, pid, dialect, tls: row.tls }, job: row.job(scale, entry) });
  } catch (error) {
    const { lastWords } = server;
    if (lastWords === undefined) throw error;
    throw new Error(`The server ended: ${lastWords}`, { cause: error });
  } finally {
    await server.kill();
  }
}

function outcomeOf(entry: Entry, rounds: readonly Measures[], problem: string | undefined): Outcome {
  const { title } = contenderOf(entry.contender);
  return {
    key: keyOf(entry),
    contender: entry.contender,
    label: entry.variant === undefined ? title : `${title}, ${entry.variant}`,
    measures: mediansOf(rounds),
    rounds,
    ...(problem === undefined ? {} : { problem }),
  };
}
