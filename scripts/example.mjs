// `npm run example ticker`: builds what an example needs, starts Belfry with it, and says what to open.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = readdirSync(`${root}/examples`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const [name = ''] = process.argv.slice(2);
if (!names.includes(name)) {
  process.stderr.write(`Write one of: ${names.map((known) => `npm run example ${known}`).join(', ')}\n`);
  process.exit(1);
}

const page = `${root}/examples/${name}/page`;
if (!existsSync(`${root}/dist/index.js`)) run('npm', 'run', '--silent', 'build');
run(process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'examples/tsconfig.build.json');
if (existsSync(page)) {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: page,
    base: './',
    resolve: { alias: { 'belfry/sdk': `${root}/client/sdk/index.ts` } },
    build: { outDir: `${root}/dist/examples/pages/${name}`, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  });
}

const { PORT: port = '8080' } = process.env;
const address = existsSync(page) ? `http://localhost:${port}/${name}/` : `ws://localhost:${port}/${name}`;
process.stdout.write(`${name}: ${address}, and examples/${name}/README.md\n`);
const server = spawn(process.execPath, [`${root}/dist/examples/start.js`, name], { stdio: 'inherit' });
// Ctrl-C reaches the server by itself; here it only has to be waited for.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.once('exit', (code) => process.exit(code ?? 1));

/** @param {string} command @param {string[]} args */
function run(command, ...args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
