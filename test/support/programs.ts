/**
 * Tests that need programs which npm does not bring, and Linux, whose loopback has every address that begins with 127.
 * Skipped on a laptop that lacks something, with a line that says what to install, and failed in CI.
 */
import { spawnSync } from 'node:child_process';

/** The programs by their names, each with the Debian package that brings it. */
export type Programs = Readonly<Record<string, string>>;

/** Debian keeps servers where the PATH of most users does not look. */
export const PATH = `${process.env['PATH']}:/usr/sbin`;

/** `describe` where all of them are; otherwise one skipped test, or one that fails when CI is set. */
export function describeWith(programs: Programs, name: string, tests: () => void): void {
  const packages = Object.keys(programs).filter((program) => !isInstalled(program));
  const isLinux = process.platform === 'linux';
  if (isLinux && packages.length === 0) {
    describe(name, tests);
    return;
  }
  const install = isLinux
    ? `Not installed: apt-get install ${packages.map((program) => programs[program]).join(' ')}`
    : 'Runs on Linux';
  const explain = (): void => {
    throw new Error(install);
  };
  // oxlint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- it says why nothing was tested
  if (process.env['CI']) test(name, explain);
  // oxlint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- as above
  else test.skip(`${name} (${install})`, explain);
}

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH } }).status === 0;
}
