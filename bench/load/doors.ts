/**
 * What connections cost before anything is said: how fast they are taken, and what memory each keeps while it is idle.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { Connection, Listener } from './wire/connection.ts';
import { closeAll, openAll } from './crowd.ts';
import type { DoorOf } from './crowd.ts';
import { dialectOf } from './wire/dialects.ts';
import type { ConnectJob, IdleJob, Measures, Target } from './job.ts';
import { cpuSeconds, memoryOf, openFilesLimit } from './meter.ts';

/** Connections before the measuring, so that what a server keeps once is not counted as what each connection costs. */
const WARM_UP = 300;

/** Connections before the rate is measured: a server that has just started has not compiled its code yet. */
const CONNECT_WARM_UP = 2000;

/** Files that a process has open besides its connections. */
const OTHER_FILES = 100;

/** Milliseconds between two looks at the memory, and after which the last one counts although it still moves. */
const SETTLE_STEP = 500;
const SETTLE_PATIENCE = 8000;

/** Memory stands still when two looks differ by less than this. */
const STILL = 256 * 1024;
const MICROSECONDS = 1e6;
const MIB = 1024 * 1024;

/** Opens connections as fast as the server takes them. */
export async function measureConnecting({ dialect, ...to }: Target, { connections }: ConnectJob): Promise<Measures> {
  // Whoever is greeted is connected; to join a channel is another matter.
  const target: Target = { ...to, dialect: dialect === 'channels' ? 'connected' : dialect };
  const warmUp = Math.min(CONNECT_WARM_UP, connections);
  const warm = await openAll(warmUp, doorOf(target), unheard());
  const cpu = cpuSeconds(target.pid);
  const ownCpu = process.cpuUsage();
  const begin = performance.now();
  const crowd = await openAll(connections, doorOf(target), unheard(), warmUp);
  const seconds = (performance.now() - begin) / 1000;
  const used = (cpuSeconds(target.pid) - cpu) * MICROSECONDS;
  const { user, system } = process.cpuUsage(ownCpu);
  closeAll([...warm, ...crowd]);
  return {
    connections,
    connectRate: connections / seconds,
    cpuPerConnection: used / connections,
    resident: memoryOf(target.pid).resident / MIB,
    loadShare: (user + system) / MICROSECONDS / seconds,
  };
}

/** Opens connections that then do nothing, and waits until the server's memory stands still. */
export async function measureIdle(target: Target, job: IdleJob): Promise<Measures> {
  const connections = Math.min(job.connections, openFilesLimit() - WARM_UP - OTHER_FILES);
  const crowd: Connection[] = await openAll(WARM_UP, doorOf(target), unheard());
  const before = await settledMemory(target.pid);
  crowd.push(...(await openAll(connections, doorOf(target), unheard(), WARM_UP)));
  const after = await settledMemory(target.pid);
  const { resident } = memoryOf(target.pid);
  closeAll(crowd);
  return { connections, perConnection: (after - before) / connections / 1024, resident: resident / MIB };
}

/** Bytes, once they stand still. */
export async function settledMemory(pid: number): Promise<number> {
  const deadline = performance.now() + SETTLE_PATIENCE;
  let last = memoryOf(pid).own;
  for (;;) {
    await wait(SETTLE_STEP);
    const { own } = memoryOf(pid);
    if (Math.abs(own - last) < STILL || performance.now() > deadline) return own;
    last = own;
  }
}

function doorOf({ port, tls, dialect }: Target): DoorOf {
  const door = { port, tls, dialect: dialectOf(dialect), deflate: false };
  return () => door;
}

/** For connections on which nothing is said. One that breaks is noticed while it is opened. */
function unheard(): Listener {
  return { message: () => undefined, failed: () => undefined };
}
