/**
 * On what and with what a run was made.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../test/support/root.ts';
import { bunVersion } from './contenders/bun-binary.ts';
import { PINNED } from './contenders/cores.ts';

/** A machine and its programs. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** GiB. */
  readonly memory: number;
  readonly system: string;
  /** The server has a core to itself, and the load has another. */
  readonly pinned: boolean;
  readonly versions: Readonly<Record<string, string>>;
  /** The day, as in 2026-05-01. */
  readonly date: string;
}

/** This one, today. */
export function thisMachine(): Machine {
  const versions = {
    Belfry: versionIn('package.json'),
    Node: process.versions.node,
    Nest: versionIn('node_modules/@nestjs/core/package.json'),
    ws: versionIn('node_modules/ws/package.json'),
    'Socket.IO': versionIn('bench/node_modules/socket.io/package.json'),
    Bun: bunVersion(),
  };
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${/^\d+(\.\d+)?/.exec(release())?.[0] ?? ''}`,
    pinned: PINNED,
    versions: Object.fromEntries(
      Object.entries(versions).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    date: new Date().toISOString().slice(0, 10),
  };
}

function versionIn(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { version?: string }).version;
  } catch {
    return undefined;
  }
}
