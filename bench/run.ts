/**
 * `npm run bench`: measures Belfry beside others on this machine, and prints what it found as Markdown on standard output; how far
 * it is goes to standard error. `npm run bench -- --help` shows the options. Exits with 1 when something could not be measured.
 */
import { Progress } from '../test/support/progress.ts';
import { makeCertificate } from './contenders/certificate.ts';
import { FOREIGN } from './contenders/contender.ts';
import { installPeers } from './contenders/install.ts';
import { thisMachine } from './machine.ts';
import { playAll } from './measure.ts';
import { HELP, optionsOf } from './options.ts';
import type { Options } from './options.ts';
import { reportOf } from './report/report.ts';
import type { Results } from './results.ts';
import { keep, publish } from './report/files.ts';

async function run({ rows, contenders, scale, rounds }: Options): Promise<Results> {
  const progress = new Progress(process.stderr);
  progress.start('getting ready');
  if (contenders.some((name) => FOREIGN.includes(name))) installPeers();
  const certificate = makeCertificate();
  const begin = Date.now();
  const results: Results = {
    machine: thisMachine(),
    scale: scale.name,
    rounds,
    rows: await playAll({
      rows,
      contenders,
      scale,
      rounds,
      certificate,
      progress: (share, label) => progress.update(share, label),
    }),
  };
  progress.end(`Measured in ${Math.round((Date.now() - begin) / 1000)} s.`);
  return results;
}

/** Whether every entry was measured in every round. Bun may be missing: not every machine can run it. */
function isComplete({ rows }: Results): boolean {
  return rows.every(({ outcomes }) =>
    outcomes.every(({ contender, problem }) => problem === undefined || contender === 'bun'),
  );
}

// What still runs is ended behind a process that exits; a signal alone would end it without that, and so would a second one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

try {
  const options = optionsOf(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
  } else {
    const results = await run(options);
    keep(results);
    if (options.publish) await publish(results);
    process.stdout.write(`${reportOf(results)}\n`);
    if (!isComplete(results)) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
