/**
 * Runs one job in a load process of its own, so that what it does never takes time from the harness or the server.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Measures, Order, Report } from '../load/job.ts';
import { LOAD_CORE, onCore } from './cores.ts';

const MAIN = fileURLToPath(new URL('../load/main.js', import.meta.url));

/** Milliseconds after which a job is given up. */
const PATIENCE = 120_000;

/** Carries the order out. Rejects with what went wrong. */
export async function carryOut(order: Order): Promise<Measures> {
  const [program, ...args] = onCore(LOAD_CORE, [process.execPath, MAIN]);
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const ended = once(child, 'close');
  try {
    const report = new Promise<Report>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Report));
      child.once('close', () => reject(new Error('The load process ended without a report.')));
    });
    child.send(order);
    const heard = await report;
    if (heard.kind === 'failed') throw new Error(heard.reason);
    return heard.measures;
  } finally {
    clearTimeout(late);
    await ended;
  }
}
