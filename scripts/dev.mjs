// `npm run dev`: the server is rebuilt and restarted when src/ changes, the page is served by Vite and reloads by itself.
import { spawn } from 'node:child_process';
import process from 'node:process';

const commands = [
  ['nest', 'start', '--watch', '--preserveWatchOutput'],
  ['vite', '--clearScreen', 'false'],
];

const children = commands.map(([command, ...args]) =>
  spawn(process.execPath, [`node_modules/${bin(command)}`, ...args], { stdio: 'inherit' }),
);

// Ctrl-C reaches the children by itself; here it only has to be waited for. When one ends, the other has no use.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
for (const child of children) child.once('exit', stop);

function stop() {
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
}

/** @param {string} command */
function bin(command) {
  return command === 'nest' ? '@nestjs/cli/bin/nest.js' : 'vite/bin/vite.js';
}
