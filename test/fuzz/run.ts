/**
 * `npm run fuzz`: more than a hundred thousand hostile inputs against the built server, and a table of how it stood them. Exits
 * with 1 when it died, leaked, kept others waiting, or told of its inside.
 *
 *   npm run fuzz -- --only frames     one kind; may be given several times
 *   npm run fuzz -- --seed 42         the inputs of an earlier run again
 *   npm run fuzz -- --count 5000      fewer inputs, or more
 *   npm run fuzz -- --minutes 30      goes on until then
 */
import { parseArgs } from 'node:util';
import { Progress } from '../support/progress.ts';
import { fuzz } from './fuzz.ts';
import type { Outcome } from './fuzz.ts';
import { KINDS } from './kinds/index.ts';
import type { Kind } from './session.ts';
import { tableOf } from './table.ts';
import { verdictsOn } from './verdicts.ts';

/** Inputs of a whole run. */
const COUNT = 110_000;

interface Wanted {
  readonly seed: number;
  readonly count: number;
  readonly minutes: number;
  readonly kinds: readonly Kind[];
}

function wantedOf(args: readonly string[]): Wanted {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      count: { type: 'string', default: String(COUNT) },
      minutes: { type: 'string', default: '0' },
      only: { type: 'string', multiple: true },
    },
  });
  const names = KINDS.map(({ name }) => name);
  const unknown = values.only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no kind "${unknown}". There are: ${names.join(', ')}.`);
  for (const name of ['seed', 'count', 'minutes'] as const) {
    if (!/^\d+$/.test(values[name])) throw new Error(`--${name} takes a number, not "${values[name]}".`);
  }
  return {
    seed: Number(values.seed),
    count: Number(values.count),
    minutes: Number(values.minutes),
    kinds: KINDS.filter(({ name }) => values.only?.includes(name) ?? true),
  };
}

async function run({ seed, count, minutes, kinds }: Wanted): Promise<boolean> {
  const progress = new Progress(process.stdout);
  const shares = kinds.reduce((sum, { share }) => sum + share, 0);
  process.stdout.write(`Hostile input (seed ${seed})\n`);
  const outcomes: Outcome[] = [];
  for (const kind of kinds) {
    const part = kind.share / shares;
    progress.start(kind.title);
    const until = performance.now() + minutes * 60_000 * part;
    const outcome = await fuzz({ kind, seed, count: count * part, until, progress: (share) => progress.update(share) });
    const problems = verdictsOn(outcome);
    outcomes.push(outcome);
    progress.end(`${problems.length === 0 ? 'ok    ' : 'FAILED'}  ${kind.title}`);
    for (const problem of problems) process.stdout.write(`        ${problem}\n`);
    if (outcome.problem === undefined) continue;
    // What comes now would only be more of the same.
    for (const line of outcome.reproducer) process.stdout.write(`        ${line}\n`);
    if (outcome.reproducer.length === 0) process.stdout.write('        no visit does this alone\n');
    break;
  }
  process.stdout.write(`\n${tableOf(outcomes)}\n`);
  const failed = outcomes.filter((outcome) => verdictsOn(outcome).length > 0).map(({ kind }) => ` --only ${kind}`);
  if (failed.length === 0) return true;
  process.stdout.write(`\nTo see it again: npm run fuzz -- --seed ${seed} --count ${count}${failed.join('')}\n`);
  return false;
}

try {
  process.exitCode = (await run(wantedOf(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
