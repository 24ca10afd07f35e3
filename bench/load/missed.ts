/**
 * Coming back to a channel in which a lot was said meanwhile: how long until the last of it is there, and what many who come
 * back at the same time cost the server in memory. Only for the protocol of `/ws`, which has a history.
 */
import { performance } from 'node:perf_hooks';
import { median } from '../statistics.ts';
import { announcement, MOST_AUTHORS } from './wire/announcement.ts';
import type { Connection, Listener } from './wire/connection.ts';
import { closeAll, openAll } from './crowd.ts';
import { dialectOf } from './wire/dialects.ts';
import type { Dialect } from './wire/dialects.ts';
import { settledMemory } from './doors.ts';
import type { Measures, MissedJob, Target } from './job.ts';
import { memoryOf } from './meter.ts';

/** Requests that one connection has under way while the channel is filled. */
const IN_FLIGHT = 64;
const TEXT_SIZE = 64;

/** Milliseconds between two looks at the memory while everyone catches up. */
const LOOK_EVERY = 3;
const MIB = 1024 * 1024;

/** Fills the channel, then comes back to it, alone and with others. */
export async function measureMissed(target: Target, job: MissedJob): Promise<Measures> {
  const epoch = await fill(target, job.messages);
  const alone: number[] = [];
  for (let i = 0; i < job.tries; i += 1) {
    const client = new Newcomer(job.messages);
    await client.connect(target);
    alone.push(await client.catchUp(epoch));
    client.close();
  }
  const all = Array.from({ length: job.joiners }, () => new Newcomer(job.messages));
  await Promise.all(all.map(async (client) => client.connect(target)));
  const before = await settledMemory(target.pid);
  let peak = before;
  const look = setInterval(() => (peak = Math.max(peak, memoryOf(target.pid).own)), LOOK_EVERY);
  await Promise.all(all.map(async (client) => client.catchUp(epoch)));
  clearInterval(look);
  const { resident } = memoryOf(target.pid);
  for (const client of all) client.close();
  return {
    caughtUp: median(alone),
    perJoiner: (peak - before) / job.joiners / 1024,
    resident: resident / MIB,
  };
}

/** Publishes so many messages, and returns the epoch of the channel. */
async function fill({ port, tls }: Target, messages: number): Promise<string> {
  const dialect = dialectOf('connected');
  const filler = new Filler(dialect, messages);
  const connections = await openAll(1, () => ({ port, tls, dialect, deflate: false }), filler);
  try {
    for (const connection of connections) for (let i = 0; i < IN_FLIGHT; i += 1) filler.publish(connection);
    return await filler.epoch;
  } finally {
    closeAll(connections);
  }
}

/** Keeps publishing until enough is acknowledged. */
class Filler implements Listener {
  private sent = 0;
  private acknowledged = 0;
  private resolve: (epoch: string) => void = () => undefined;
  failed: (error: Error) => void = () => undefined;

  readonly epoch = new Promise<string>((resolve, reject) => {
    this.resolve = resolve;
    this.failed = reject;
  });

  constructor(
    private readonly dialect: Dialect,
    private readonly messages: number,
  ) {
    // Whoever does not wait for it just then must not end the process.
    this.epoch.catch(() => undefined);
  }

  publish(connection: Connection): void {
    if (this.sent >= this.messages) return;
    this.sent += 1;
    connection.send(this.dialect.publication(announcement(this.sent % MOST_AUTHORS, 0, TEXT_SIZE), this.sent));
  }

  message(): void {}

  answer(connection: Connection, bytes: Buffer, start: number, end: number): void {
    this.acknowledged += 1;
    if (this.acknowledged === this.messages) this.resolve(epochOf(bytes.toString('utf8', start, end)));
    else this.publish(connection);
  }
}

function epochOf(answer: string): string {
  return (JSON.parse(answer) as { data: { epoch: string } }).data.epoch;
}

/** Somebody who was away, and is connected again. */
class Newcomer implements Listener {
  private heard = 0;
  private connection: Connection | undefined;
  private resolve: () => void = () => undefined;
  failed: (error: Error) => void = () => undefined;

  private readonly all = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.failed = reject;
  });

  constructor(private readonly messages: number) {
    this.all.catch(() => undefined);
  }

  async connect({ port, tls }: Target): Promise<void> {
    const door = { port, tls, dialect: dialectOf('connected'), deflate: false };
    [this.connection] = await openAll(1, () => door, this);
  }

  message(): void {
    this.heard += 1;
    if (this.heard === this.messages) this.resolve();
  }

  /** Joins, and resolves with the milliseconds until the last missed message was there. */
  async catchUp(epoch: string): Promise<number> {
    const begin = performance.now();
    this.connection?.send(`{"event":"join","id":1,"data":{"channel":"bench","since":{"epoch":"${epoch}","offset":0}}}`);
    await this.all;
    return performance.now() - begin;
  }

  close(): void {
    this.connection?.close();
  }
}
