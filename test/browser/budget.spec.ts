import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const PAGE = fileURLToPath(new URL('../../dist/page', import.meta.url));
const KIB = 1_024;

async function filesOf(extension: string): Promise<string[]> {
  const files = await readdir(PAGE, { recursive: true });
  return files.filter((file) => file.endsWith(extension)).map((file) => join(PAGE, file));
}

// The dashboard is another page, for operators alone, with charts.
it.each([
  ['the page', 30, (file: string): boolean => !file.includes('/dashboard/')],
  ['the dashboard', 40, (file: string): boolean => file.includes('/dashboard/')],
])('%s needs no more than %d KiB of JavaScript over the wire', async (_name, budget, isPart) => {
  const scripts = await Promise.all((await filesOf('.js')).filter(isPart).map((file) => readFile(file)));
  expect(scripts.length).toBeGreaterThan(0);
  const size = scripts.reduce((sum, script) => sum + gzipSync(script).length, 0);
  expect(size).toBeLessThanOrEqual(budget * KIB);
});

it('loads nothing from anywhere else', async () => {
  const texts = await Promise.all(['.html', '.css', '.js'].flatMap(async (kind) => readAll(await filesOf(kind))));
  const addresses = texts.flat().flatMap((text) => text.match(/\b(?:https?|wss?):\/\/[\w.-]+/g) ?? []);
  expect(addresses).toEqual([]);
});

function readAll(files: string[]): Promise<string[]> {
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}
