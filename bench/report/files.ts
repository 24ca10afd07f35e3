/**
 * Where results are kept: bench/results for oneself, docs for everybody.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../../test/support/root.ts';
import type { Results } from '../results.ts';
import { pageOf } from './page.ts';
import { pictureOf } from './picture.ts';

const KEPT = join(ROOT, 'bench/results');
const DOCS = join(ROOT, 'docs');

/** Writes bench/results/latest.json and latest.svg. */
export function keep(results: Results): void {
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(join(KEPT, 'latest.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(KEPT, 'latest.svg'), pictureOf(results));
}

/** Writes docs/benchmarks.md and docs/benchmarks.svg, formatted as everything in the repository is. */
export async function publish(results: Results): Promise<void> {
  const page = join(DOCS, 'benchmarks.md');
  const config = await resolveConfig(page);
  writeFileSync(page, await format(pageOf(results), { ...config, filepath: page }));
  writeFileSync(join(DOCS, 'benchmarks.svg'), pictureOf(results));
}
