/**
 * Finds Bun. Its package fetches the binary by an install script, and those are not run here; but npm has already installed the
 * package of this platform, and the binary in it only needs to be found.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../test/support/root.ts';

const PACKAGES = join(ROOT, 'bench/node_modules/@oven');

let found: { readonly path?: string; readonly version?: string } | undefined;

/** The path of a Bun that runs on this machine; undefined when there is none. */
export function bunBinary(): string | undefined {
  return look().path;
}

/** Its version. */
export function bunVersion(): string | undefined {
  return look().version;
}

function look(): NonNullable<typeof found> {
  found ??= search();
  return found;
}

function search(): NonNullable<typeof found> {
  const packages = existsSync(PACKAGES) ? readdirSync(PACKAGES) : [];
  for (const name of packages) {
    const path = join(PACKAGES, name, 'bin', process.platform === 'win32' ? 'bun.exe' : 'bun');
    // One that was made for another processor or C library is there and fails.
    const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { path, version: stdout.trim() };
  }
  return {};
}
