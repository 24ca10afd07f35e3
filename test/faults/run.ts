/**
 * `npm run faults`: plays every scenario in its long form against the built server, and says in a table what was lost, doubled,
 * disordered or told wrongly. Exits with 1 if anything was.
 *
 *   npm run faults -- --short        the short forms, as in `npm test`
 *   npm run faults -- --cluster      three nodes with a real Redis, in place of one server
 *   npm run faults -- --only kill    one scenario; may be given several times
 *   npm run faults -- --seed 42      the faults of an earlier run again
 */
import { parseArgs } from 'node:util';
import { playOnCluster } from './cluster/play-cluster.ts';
import { CLUSTER_SCENARIOS } from './cluster/scenarios/index.ts';
import { play } from './play.ts';
import type { Outcome, Playing } from './play.ts';
import { Progress } from '../support/progress.ts';
import { reconnectLines } from './report/reconnects.ts';
import { tableOf } from './report/table.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Form } from './scenarios/scenario.ts';

/** A scenario, with whatever it is played on. */
interface Playable {
  readonly name: string;
  readonly title: string;
  readonly play: (playing: Playing) => Promise<Outcome>;
}

/** What the command line asks for. */
interface Wanted {
  readonly form: Form;
  readonly seed: number;
  readonly isCluster: boolean;
  readonly scenarios: readonly Playable[];
}

function wantedOf(args: readonly string[]): Wanted {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      cluster: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      seed: { type: 'string' },
    },
  });
  const { only, short, cluster, seed = String(Math.floor(Math.random() * 2 ** 31)) } = values;
  const all: readonly Playable[] = cluster
    ? CLUSTER_SCENARIOS.map((each) => ({ ...each, play: async (playing) => playOnCluster(each, playing) }))
    : SCENARIOS.map((each) => ({ ...each, play: async (playing) => play(each, playing) }));
  const names = all.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no scenario "${unknown}". There are: ${names.join(', ')}.`);
  if (!/^\d+$/.test(seed)) throw new Error(`--seed takes a number, not "${seed}".`);
  return {
    form: short ? 'short' : 'long',
    seed: Number(seed),
    isCluster: cluster,
    scenarios: all.filter(({ name }) => only?.includes(name) ?? true),
  };
}

async function run({ form, seed, isCluster, scenarios }: Wanted): Promise<boolean> {
  const progress = new Progress(process.stdout);
  process.stdout.write(`Nothing is lost, doubled or disordered, and no gap is wrong, when (${form}, seed ${seed})\n`);
  const outcomes: Outcome[] = [];
  for (const scenario of scenarios) {
    progress.start(scenario.title);
    const outcome = await scenario.play({ form, seed, progress: (share) => progress.update(share) });
    outcomes.push(outcome);
    const notes = outcome.notes.length > 0 ? ` (${outcome.notes.join('; ')})` : '';
    progress.end(`${outcome.problems.length === 0 ? 'ok    ' : 'FAILED'}  ${scenario.title}${notes}`);
    for (const problem of outcome.problems) process.stdout.write(`        ${problem}\n`);
    const lines = isCluster ? reconnectLines(outcome.reconnects) : [];
    for (const line of lines) process.stdout.write(`        ${line}\n`);
  }
  process.stdout.write(`\n${tableOf(outcomes)}\n`);
  const failed = outcomes.filter(({ problems }) => problems.length > 0).map(({ name }) => `--only ${name}`);
  if (failed.length === 0) return true;
  const again = [
    'npm run faults --',
    isCluster ? '--cluster' : '',
    form === 'short' ? '--short' : '',
    `--seed ${seed}`,
    ...failed,
  ];
  process.stdout.write(`\nTo see it again: ${again.filter(Boolean).join(' ')}\n`);
  return false;
}

// The stage tidies up behind a process that exits; a signal alone would end it without that, and so would a second one that comes
// meanwhile: whoever runs this by npm has Ctrl-C sent twice.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

try {
  // Whatever is still open afterwards is a leak of the harness, and shows as a process that does not end.
  process.exitCode = (await run(wantedOf(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
