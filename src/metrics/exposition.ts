/**
 * A snapshot in the format of Prometheus, by prom-client: it is asked at a scrape alone, and costs nothing between two of them.
 */
import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Metric } from 'prom-client';
import { BOUNDS } from '../channels/counts/durations.ts';
import { DURATIONS, FAMILIES } from './families.ts';
import type { DurationFamily } from './families.ts';
import type { Distribution, Snapshot } from './stats.ts';

/** What Prometheus is told that it is given. */
export const EXPOSITION_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Of the process and not of one server: memory, CPU, garbage collection, the delay of the event loop. */
let ofProcess: Registry | undefined;

/** Writes snapshots of one server down. */
export class Exposition {
  private readonly registry = new Registry();
  private readonly families = FAMILIES.map(({ name, help, type, labels, samples }) => {
    const options = { name, help, labelNames: [...labels], registers: [this.registry] };
    return { metric: type === 'counter' ? new Counter(options) : new Gauge(options), samples };
  });
  private readonly durations = DURATIONS.map((family) => new KnownHistogram(family));

  constructor() {
    new Gauge({
      name: 'belfry_build_info',
      help: 'Always 1: which version this is.',
      labelNames: ['version', 'node'],
      registers: [this.registry],
    }).set({ version, node: process.version }, 1);
    // prom-client asks no more of a metric than its name and `get`, whatever its types say.
    for (const histogram of this.durations) this.registry.registerMetric(histogram as unknown as Metric);
    if (!ofProcess) collectDefaultMetrics({ register: (ofProcess = new Registry()) });
  }

  /** The snapshot, and how the process is doing, as text. */
  async write(snapshot: Snapshot): Promise<string> {
    for (const { metric, samples } of this.families) {
      metric.reset();
      for (const { labels = {}, value } of samples(snapshot)) metric.inc(labels, value);
    }
    for (const histogram of this.durations) histogram.read(snapshot);
    const texts = [await this.registry.metrics(), (await ofProcess?.metrics()) ?? ''];
    return texts.join('\n');
  }
}

/** A histogram that was counted elsewhere: prom-client's own can only be told one observation after the other. */
class KnownHistogram {
  readonly name: string;
  private readonly help: string;
  private readonly distribution: DurationFamily['distribution'];
  private known: Distribution = { counts: [], sum: 0 };

  constructor({ name, help, distribution }: DurationFamily) {
    this.name = name;
    this.help = help;
    this.distribution = distribution;
  }

  read(snapshot: Snapshot): void {
    this.known = this.distribution(snapshot);
  }

  /** Asked by the registry. Each bucket counts what is in the smaller ones, too. */
  get(): object {
    let count = 0;
    const buckets = this.known.counts.map((more, index) => {
      count += more;
      return this.value('bucket', count, { le: BOUNDS[index] ?? '+Inf' });
    });
    const values = [...buckets, this.value('sum', this.known.sum), this.value('count', count)];
    return { name: this.name, help: this.help, type: 'histogram', values };
  }

  private value(what: string, value: number, labels = {}): object {
    return { metricName: `${this.name}_${what}`, value, labels };
  }
}
