/**
 * The load side of `npm run bench` speaks to the real server: its dialects are what the server says, and its counts are right.
 * No figure is asserted; those depend on the machine.
 */
import { measureDeliveries } from '../../bench/load/deliveries.ts';
import { measureConnecting } from '../../bench/load/doors.ts';
import type { DeliveriesJob, Target } from '../../bench/load/job.ts';
import { startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';

const job: DeliveriesJob = {
  kind: 'deliveries',
  connections: 12,
  publishers: 4,
  deaf: 2,
  deflate: false,
  pace: { kind: 'own', inFlight: 2 },
  textSize: 64,
  warmUp: 50,
  window: 250,
};

describe('the load of the benchmark', () => {
  let server: ServerProcess;
  const target = (dialect: Target['dialect']): Target => ({
    port: server.port,
    pid: server.child.pid ?? NaN,
    dialect,
    tls: false,
  });

  beforeAll(async () => {
    server = await startServer({ FRAME_RATE: 'off', RATE_LIMIT: 'off' });
  });

  afterAll(async () => server.stop());

  it.each(['channels', 'plain'] as const)('counts what everyone hears, in dialect %s', async (dialect) => {
    const { deliveries = 0, messages = 0, p50 = NaN, max = NaN } = await measureDeliveries(target(dialect), job);
    expect(deliveries).toBeGreaterThan(messages);
    expect(messages).toBeGreaterThan(0);
    expect(p50).toBeLessThanOrEqual(max);
    expect(max).toBeLessThan(60_000);
  });

  it.each(['channels', 'plain'] as const)('waits until everyone has heard, in dialect %s', async (dialect) => {
    const everyone: DeliveriesJob = { ...job, deaf: 0, publishers: 1, pace: { kind: 'everyone', inFlight: 1 } };
    const { deliveries = 0, messages = 0 } = await measureDeliveries(target(dialect), everyone);
    expect(messages).toBeGreaterThan(0);
    // At both ends of the window one message may have been under way.
    expect(Math.abs(deliveries - messages * 12)).toBeLessThanOrEqual((12 * 1000) / job.window);
  });

  it('connects, and hears of a server that does not agree to what it was asked for', async () => {
    const { connections } = await measureConnecting(target('connected'), { kind: 'connect', connections: 20 });
    expect(connections).toBe(20);
    await expect(measureDeliveries(target('channels'), { ...job, deflate: true })).rejects.toThrow('does not agree');
  });
});
