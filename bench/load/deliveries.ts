/**
 * Messages to many: opens the connections, keeps the publishers publishing at their pace, and measures one window of it.
 * Relies on everyone hearing everything, so that a delivery is simply a message frame that arrived.
 * Latency is from publishing to arriving, at a sample of the connections, on one clock.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from '../statistics.ts';
import { announcement, authorAt, findText, timeAt } from './wire/announcement.ts';
import type { Connection, Listener } from './wire/connection.ts';
import { closeAll, openAll } from './crowd.ts';
import { dialectOf } from './wire/dialects.ts';
import type { Dialect } from './wire/dialects.ts';
import type { DeliveriesJob, Measures, Target } from './job.ts';
import { cpuSeconds, memoryOf } from './meter.ts';

/** Connections whose latency is looked at. */
const SAMPLES = 10;
const MICROSECONDS = 1e6;
const MIB = 1024 * 1024;

/** Those who wake a server up: all of them publish as fast as they are heard. */
const WAKING = { connections: 32, publishers: 32, deaf: 0, pace: { kind: 'own', inFlight: 2 } } as const;

/** Runs the job, on a server that has compiled its code: one that serves for days is not measured in its first seconds. */
export async function measureDeliveries(target: Target, job: DeliveriesJob): Promise<Measures> {
  await wakeUp(target, { ...job, ...WAKING });
  const crowd = new Crowd(dialectOf(target.dialect), job);
  try {
    await crowd.open(target);
    await Promise.race([crowd.failure, wait(job.warmUp)]);
    const begin = snapshot(target.pid, crowd);
    crowd.beginSampling();
    await Promise.race([crowd.failure, wait(job.window)]);
    return between(begin, snapshot(target.pid, crowd), crowd.latencies);
  } finally {
    crowd.close();
  }
}

async function wakeUp(target: Target, job: DeliveriesJob): Promise<void> {
  const crowd = new Crowd(dialectOf(target.dialect), job);
  try {
    await crowd.open(target);
    await Promise.race([crowd.failure, wait(job.warmUp)]);
  } finally {
    crowd.close();
  }
}

/** The connections of a job, talking. */
class Crowd implements Listener {
  delivered = 0;
  published = 0;
  readonly latencies: number[] = [];

  /** Rejects when anything breaks; never resolves. */
  readonly failure: Promise<never>;
  failed: (error: Error) => void = () => undefined;

  private connections: Connection[] = [];
  private sampling = false;
  /** Deliveries until the next message is published, under pace `everyone`. */
  private awaited = 0;
  private readonly hearing: number;
  private readonly sampleEvery: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly dialect: Dialect,
    private readonly job: DeliveriesJob,
  ) {
    this.hearing = job.connections - job.deaf;
    this.sampleEvery = Math.max(1, Math.floor(this.hearing / SAMPLES));
    this.failure = new Promise((_resolve, reject) => (this.failed = reject));
    // Whoever does not wait for it just then must not end the process.
    this.failure.catch(() => undefined);
  }

  async open({ port, tls }: Target): Promise<void> {
    const { connections, publishers, deflate } = this.job;
    const door = (index: number) => ({ port, tls, dialect: this.dialect, deflate: deflate && index >= publishers });
    this.connections = await openAll(connections, door, this);
    for (const connection of this.connections.slice(this.hearing)) connection.goDeaf();
    this.begin();
  }

  beginSampling(): void {
    this.latencies.length = 0;
    this.sampling = true;
  }

  close(): void {
    clearTimeout(this.timer);
    closeAll(this.connections);
  }

  message(connection: Connection, bytes: Buffer, start: number, compressed: boolean): void {
    this.delivered += 1;
    if (this.job.pace.kind === 'everyone') this.countDown();
    if (compressed) return;
    const { index } = connection;
    const mayBeOwn = index < this.job.publishers && !this.dialect.answers && this.job.pace.kind === 'own';
    const sampled = this.sampling && index % this.sampleEvery === 0;
    if (!mayBeOwn && !sampled) return;
    const { textAt } = this.dialect;
    const text = textAt === undefined ? findText(bytes, start) : start + textAt;
    if (sampled) this.latencies.push(microseconds() - timeAt(bytes, text));
    if (mayBeOwn && authorAt(bytes, text) === index) this.publish(connection);
  }

  answer(connection: Connection): void {
    if (this.job.pace.kind === 'own') this.publish(connection);
  }

  private begin(): void {
    const { pace, publishers } = this.job;
    const authors = this.connections.slice(0, publishers);
    switch (pace.kind) {
      case 'own':
        for (const author of authors) {
          author.together(() => {
            for (let i = 0; i < pace.inFlight; i += 1) this.publish(author);
          });
        }
        return;
      case 'everyone':
        this.awaited = this.hearing;
        for (let i = 0; i < pace.inFlight; i += 1) for (const author of authors) this.publish(author);
        return;
      case 'rate':
        this.keepRate(authors, pace.perSecond);
        return;
      default:
        pace satisfies never;
    }
  }

  private countDown(): void {
    this.awaited -= 1;
    if (this.awaited > 0) return;
    this.awaited = this.hearing;
    const [author] = this.connections;
    if (author) this.publish(author);
  }

  /** Publishes what is due, one author after another, and looks again a moment later. */
  private keepRate(authors: readonly Connection[], perSecond: number): void {
    const begin = performance.now();
    const tick = (): void => {
      const due = Math.floor(((performance.now() - begin) * perSecond) / 1000);
      while (this.published < due) {
        const author = authors[this.published % authors.length];
        if (author) this.publish(author);
      }
      this.timer = setTimeout(tick, 1);
    };
    tick();
  }

  private publish(author: Connection): void {
    this.published += 1;
    const text = announcement(author.index, microseconds(), this.job.textSize);
    author.send(this.dialect.publication(text, this.published));
  }
}

/** Since this process began, whole. */
function microseconds(): number {
  return Math.round(performance.now() * 1000);
}

interface Snapshot {
  readonly at: number;
  readonly delivered: number;
  readonly published: number;
  readonly serverCpu: number;
  readonly ownCpu: number;
  readonly memory: { readonly resident: number; readonly own: number };
}

function snapshot(pid: number, { delivered, published }: Crowd): Snapshot {
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now() / 1000,
    delivered,
    published,
    serverCpu: cpuSeconds(pid),
    ownCpu: (user + system) / MICROSECONDS,
    memory: memoryOf(pid),
  };
}

function between(begin: Snapshot, end: Snapshot, latencies: readonly number[]): Measures {
  const delivered = end.delivered - begin.delivered;
  const published = end.published - begin.published;
  if (delivered === 0) throw new Error('Nothing was delivered while it was measured.');
  const seconds = end.at - begin.at;
  const cpu = (end.serverCpu - begin.serverCpu) * MICROSECONDS;
  const sorted = Float64Array.from(latencies).toSorted();
  const milliseconds = (share: number): number => percentile(sorted, share) / 1000;
  return {
    deliveries: delivered / seconds,
    cpuPerDelivery: cpu / delivered,
    messages: published / seconds,
    cpuPerMessage: cpu / published,
    p50: milliseconds(0.5),
    p99: milliseconds(0.99),
    max: milliseconds(1),
    resident: end.memory.resident / MIB,
    growth: (end.memory.own - begin.memory.own) / MIB,
    loadShare: (end.ownCpu - begin.ownCpu) / seconds,
  };
}
