/**
 * A load process: takes one order from the harness, carries it out, reports, and ends. It never outlives the harness.
 */
import { measureDeliveries } from './deliveries.ts';
import { measureConnecting, measureIdle } from './doors.ts';
import type { Measures, Order, Report } from './job.ts';
import { measureMissed } from './missed.ts';

process.once('disconnect', () => process.exit(1));
process.once('message', (order) => void carryOut(order as Order));

async function carryOut(order: Order): Promise<void> {
  let report: Report;
  try {
    report = { kind: 'done', measures: await measure(order) };
  } catch (error) {
    report = { kind: 'failed', reason: (error as Error).message };
  }
  process.send?.(report, () => process.exit(0));
}

async function measure({ target, job }: Order): Promise<Measures> {
  switch (job.kind) {
    case 'deliveries':
      return measureDeliveries(target, job);
    case 'connect':
      return measureConnecting(target, job);
    case 'idle':
      return measureIdle(target, job);
    case 'missed':
      return measureMissed(target, job);
    default:
      return job satisfies never;
  }
}
