/**
 * Gives the server one core and the load another, where the system can: then neither takes time from the other.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The core of the server under load. */
export const SERVER_CORE = 0;

/** The core of the load process. */
export const LOAD_CORE = 1;

/** Whether processes are bound to cores. */
export const PINNED =
  availableParallelism() > LOAD_CORE &&
  spawnSync('taskset', ['-c', `${SERVER_CORE},${LOAD_CORE}`, 'true'], { stdio: 'ignore' }).status === 0;

/** The command, bound to a core if that is possible. */
export function onCore(core: number, command: readonly [string, ...string[]]): [string, ...string[]] {
  return PINNED ? ['taskset', '-c', String(core), ...command] : [...command];
}
