import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const PAGE = fileURLToPath(new URL('../../dist/page', import.meta.url));
const BUDGET = 30 * 1_024;

async function filesOf(extension: string): Promise<string[]> {
  const files = await readdir(PAGE, { recursive: true });
  return files.filter((file) => file.endsWith(extension)).map((file) => join(PAGE, file));
}

it('needs no more than 30 KiB of JavaScript over the wire', async () => {
  const scripts = await Promise.all((await filesOf('.js')).map((file) => readFile(file)));
  expect(scripts.length).toBeGreaterThan(0);
  const size = scripts.reduce((sum, script) => sum + gzipSync(script).length, 0);
  expect(size).toBeLessThanOrEqual(BUDGET);
});

it('loads nothing from anywhere else', async () => {
  const texts = await Promise.all(['.html', '.css', '.js'].flatMap(async (kind) => readAll(await filesOf(kind))));
  const addresses = texts.flat().flatMap((text) => text.match(/\b(?:https?|wss?):\/\/[\w.-]+/g) ?? []);
  expect(addresses).toEqual([]);
});

function readAll(files: string[]): Promise<string[]> {
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}
