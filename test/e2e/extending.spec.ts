/** docs/extending.md does what it says: its blocks are compiled, and its tests run: in a folder of their own, and as in the image. */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/root.ts';

/** A block whose first line names its file. */
const BLOCK = /^```(?:ts|json)\n\/\/ (\S+)\n(.*?)^```$/gms;

const run = promisify(execFile);

it('docs/extending.md: from nothing to a gateway that is tested and runs', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'belfry-extending-'));
  const dist = join(directory, 'dist');
  try {
    const guide = readFileSync(join(ROOT, 'docs/extending.md'), 'utf8');
    const blocks = [...guide.matchAll(BLOCK)].map(([, file = '', text = '']) => ({ file, text }));
    expect(blocks.map(({ file }) => file)).toEqual(expect.arrayContaining(['main.ts', 'quotes.test.ts', 'host.ts']));
    for (const { file, text } of blocks) writeFileSync(join(directory, file), text);
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    link(directory);
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', directory]);
    await passes(dist);
    // What is not tested there is at least something that can be loaded.
    const load =
      "await import('./dist/echo.gateway.js'); await (await (await import('./dist/host.js')).createHost()).close();";
    await run(process.execPath, ['--input-type=module', '--eval', load], { cwd: directory });
    // As the image has it: the server's own folder, and in it what the guide's Dockerfile copies and starts.
    const [, from = '', to = '', start = ''] =
      /^COPY (\S+) \/app\/(\S+)\nENTRYPOINT \["node", "(.+)"\]$/m.exec(guide) ?? [];
    const image = join(directory, 'image');
    cpSync(join(directory, from), join(image, to), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(image, 'package.json'));
    for (const part of ['dist', 'node_modules']) symlinkSync(join(ROOT, part), join(image, part));
    expect(existsSync(join(image, start))).toBe(true);
    await passes(join(image, to));
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 120_000);

/** Runs the guide's tests in the folder where they were put. */
async function passes(folder: string): Promise<void> {
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', folder], { cwd: folder });
  expect(stdout).toMatch(/^# pass 3$/m);
}

/** As `npm install` would, without asking a registry. */
function link(directory: string): void {
  const modules = join(directory, 'node_modules');
  mkdirSync(modules);
  symlinkSync(ROOT, join(modules, 'belfry'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
}
