/**
 * What a process has used: processor time and memory, of all its threads. From /proc on Linux, from `ps` elsewhere.
 * Synchronous on purpose: the reading and the moment that it stands for must not drift apart under load.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const LINUX = existsSync('/proc/self/task');
const NANOSECONDS = 1e9;

/** Memory in bytes. */
export interface Memory {
  /** What it holds in memory, files that are mapped included. */
  readonly resident: number;
  /** Without pages that are backed by files, where the system tells; else the same as `resident`. */
  readonly own: number;
}

/** Seconds of processor time, user and system together, of all threads since the process began. */
export function cpuSeconds(pid: number): number {
  if (!LINUX) return secondsOf(ps(pid, 'time'));
  // The scheduler's own account counts nanoseconds; /proc/<pid>/stat has the same in steps of 10 ms.
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const [running] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      nanoseconds += Number(running);
    } catch {
      // It ended in between, or this kernel keeps no such account.
    }
  }
  return nanoseconds > 0 ? nanoseconds / NANOSECONDS : ticksOf(pid);
}

/** What it holds now. */
export function memoryOf(pid: number): Memory {
  if (!LINUX) {
    const resident = Number(ps(pid, 'rss')) * 1024;
    return { resident, own: resident };
  }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { resident: bytes('VmRSS'), own: bytes('RssAnon') };
}

/** Files that a process may have open at once, as far as that is known. */
export function openFilesLimit(): number {
  try {
    const limits = LINUX
      ? /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
      : execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' });
    return Number(limits) || Infinity;
  } catch {
    return Infinity;
  }
}

/** User and system time are the 14th and 15th field; the 2nd, the name, may hold spaces, and ends with the last bracket. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function ps(pid: number, field: string): string {
  return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
}

/** `1-02:03:04.05` or any shorter end of that. */
function secondsOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').toReversed();
  const inDay = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 24 * 60 * 60 + inDay;
}
