/**
 * Installs what bench/package.json asks for, when it is not there or not what the lock says. Nothing of it runs while it is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../test/support/root.ts';

const DIRECTORY = join(ROOT, 'bench');

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;
}

/** Does nothing when everything is there. Throws when npm fails. */
export function installPeers(): void {
  if (isInstalled()) return;
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--prefix', DIRECTORY, '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  const { status, stderr } = spawnSync(npm, args, { cwd: DIRECTORY, encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(
    `npm ci --prefix bench failed. Without what it installs: npm run bench -- --against seed,nest\n${stderr}`,
  );
}

/** npm keeps a lock of what it has put into node_modules, without what is not for this platform. */
function isInstalled(): boolean {
  const there = join(DIRECTORY, 'node_modules/.package-lock.json');
  if (!existsSync(there)) return false;
  const installed = packagesOf(there);
  return Object.entries(packagesOf(join(DIRECTORY, 'package-lock.json'))).every(
    ([path, { version, optional = false }]) =>
      path === '' || (installed[path] ? installed[path].version === version : optional),
  );
}

function packagesOf(file: string): Lock['packages'] {
  return (JSON.parse(readFileSync(file, 'utf8')) as Lock).packages;
}
