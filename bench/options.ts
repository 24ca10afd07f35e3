/**
 * What the command line may say. Anything else is refused with a sentence.
 */
import { parseArgs } from 'node:util';
import { CONTENDERS, PEERS } from './contenders/contender.ts';
import type { ContenderName } from './contenders/contender.ts';
import { FULL, QUICK, ROWS } from './rows/index.ts';
import type { Row, Scale } from './rows/row.ts';

/** Shown by `--help`. */
export const HELP = `npm run bench -- [options]

Measures Belfry beside other ways to do the same, on this machine, and prints a table for each kind of load. The whole of it
takes about twenty minutes.

  --quick            one round of short windows: under two minutes, and rough
  --only ROWS        some rows, as in --only burst,single
                     (${ROWS.map(({ name }) => name).join(', ')})
  --against PEERS    Belfry and only some of the others, as in --against seed,bun
                     (${PEERS.join(', ')})
  --rounds N         how often each is measured, 1..99 (3; with --quick 1); what is shown is the median
  --publish          also writes docs/benchmarks.md and docs/benchmarks.svg
  --help             show this

The results are in bench/results/ too: latest.json and latest.svg.
`;

/** What is wanted. */
export interface Options {
  readonly help: boolean;
  readonly publish: boolean;
  readonly rows: readonly Row[];
  readonly contenders: readonly ContenderName[];
  readonly scale: Scale;
  readonly rounds: number;
}

/** Reads the arguments. Throws a sentence that says what is allowed. */
export function optionsOf(args: readonly string[]): Options {
  const { quick, only, against, rounds, publish, help } = parse(args);
  const rows = listed('--only', only, 'row', names(ROWS));
  const peers = listed('--against', against, 'peer', PEERS);
  if (rounds !== undefined && !/^[1-9]\d?$/.test(rounds)) {
    throw new Error(`--rounds is "${rounds}": write a whole number from 1 to 99.`);
  }
  if (publish && (only ?? against) !== undefined) {
    throw new Error('--publish wants the whole benchmark: leave out --only and --against.');
  }
  return {
    help,
    publish,
    rows: ROWS.filter(({ name }) => rows.includes(name)),
    contenders: CONTENDERS.filter((name) => !PEERS.includes(name) || peers.includes(name)),
    scale: quick ? QUICK : FULL,
    rounds: Number(rounds ?? (quick ? 1 : 3)),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        against: { type: 'string' },
        rounds: { type: 'string' },
        publish: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new Error(`${sentence.replace(/\.$/, '')}. npm run bench -- --help shows what there is.`, { cause: error });
  }
}

/** The names in a list with commas, each of which must be known. All that are known when there is no list. */
function listed(option: string, list: string | undefined, what: string, known: readonly string[]): readonly string[] {
  if (list === undefined) return known;
  const wanted = list.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return wanted;
  throw new Error(`${option}: there is no ${what} "${unknown}". There are: ${known.join(', ')}.`);
}

function names(rows: readonly Row[]): string[] {
  return rows.map(({ name }) => name);
}
