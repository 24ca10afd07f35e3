/**
 * The rows in which messages go to many: what a burst, a single announcement and a steady stream cost, and what TLS, compression
 * and readers that do not read add to it.
 */
import type { DeliveriesJob, Pace } from '../load/job.ts';
import { COLUMN, EVERYONE } from './row.ts';
import type { Column, Entry, Row, Scale } from './row.ts';

const DELIVERED: readonly Column[] = [
  COLUMN.deliveries,
  COLUMN.cpuPerDelivery,
  COLUMN.p50,
  COLUMN.p99,
  COLUMN.max,
  COLUMN.resident,
];

const OWN: Pace = { kind: 'own', inFlight: 1 };

/** A job in which 64 of 200 publish short texts, each as soon as it heard its last. */
function burst({ warmUp, window }: Scale): DeliveriesJob {
  return {
    kind: 'deliveries',
    connections: 200,
    publishers: 64,
    deaf: 0,
    deflate: false,
    pace: OWN,
    textSize: 64,
    warmUp,
    window,
  };
}

const BURST_TEXT = `200 connections hear everything, and 64 of them publish texts of 64 bytes, each with one message under way:
it sends the next one when it hears its own, or at \`/ws\` when its \`ack\` says that it is durable.`;

/** The rows. */
export const MESSAGES: readonly Row[] = [
  {
    name: 'burst',
    title: 'Burst',
    method: BURST_TEXT,
    tls: false,
    entries: EVERYONE,
    columns: DELIVERED,
    job: burst,
  },
  {
    name: 'single',
    title: 'Single announcements',
    method:
      '1,000 connections hear everything; one of them publishes the next text when all 1,000 have heard the last.',
    tls: false,
    entries: EVERYONE,
    columns: DELIVERED,
    job: (scale) => ({ ...burst(scale), connections: 1000, publishers: 1, pace: { kind: 'everyone', inFlight: 1 } }),
  },
  {
    name: 'steady',
    title: 'A steady stream',
    method: `500 connections hear 150 messages a second, sent evenly by 15 of them in turn, whatever the server does. With
\`BATCH_WINDOW=20ms\` Belfry may wait up to 20 ms to write more at once: CPU for latency.`,
    tls: false,
    entries: [...EVERYONE, { contender: 'belfry', variant: 'BATCH_WINDOW=20ms', env: { BATCH_WINDOW: '20ms' } }],
    columns: DELIVERED,
    job: (scale) => ({
      ...burst(scale),
      connections: 500,
      publishers: 15,
      pace: { kind: 'rate', perSecond: 150 },
      // Little happens in a second of this: a longer look makes up for it.
      window: scale.window * 1.5,
    }),
  },
  {
    name: 'inbound',
    title: 'Inbound',
    method: 'One connection publishes to itself alone, 64 messages under way: what it costs to take a message in.',
    tls: false,
    entries: EVERYONE,
    columns: [COLUMN.messages, COLUMN.cpuPerMessage, COLUMN.p50, COLUMN.p99, COLUMN.resident],
    job: (scale) => ({ ...burst(scale), connections: 1, publishers: 1, pace: { kind: 'own', inFlight: 64 } }),
  },
  {
    name: 'slow',
    title: 'Slow readers',
    method: `As the burst, with texts of 4,000 bytes, and the last 20 of the 200 connections never read. Deliveries are those to
the other 180. Growth is memory of the server's own at the end of the window less that at its beginning.`,
    tls: false,
    entries: EVERYONE,
    columns: [COLUMN.deliveries, COLUMN.cpuPerDelivery, COLUMN.p99, COLUMN.growth, COLUMN.resident],
    // What the operating system buffers has to be full before the server keeps anything: that takes a while.
    job: (scale) => ({ ...burst(scale), deaf: 20, textSize: 4000, window: scale.window * 1.5 }),
  },
  {
    name: 'tls',
    title: 'Burst over TLS',
    method: 'The burst over TLS, with a certificate that was made for this run.',
    tls: true,
    entries: EVERYONE.filter(({ contender }) => ['belfry', 'plain', 'seed', 'bun'].includes(contender)),
    columns: DELIVERED,
    job: burst,
  },
  {
    name: 'compression',
    title: 'Compression',
    method: `200 connections agree to permessage-deflate without context takeover. One more does not, and publishes texts of
512 bytes (Belfry leaves messages under 256 bytes as they are), 64 under way: it sends another one when there have been 201 more deliveries. The seed's way deflates from the first byte here (\`threshold: 0\`; the default of \`ws\` leaves texts
under 1,024 bytes as they are). "Off" is the same without the agreement.`,
    tls: false,
    entries: compressed(),
    columns: [COLUMN.deliveries, COLUMN.cpuPerDelivery, COLUMN.resident],
    job: (scale, { deflate = false }) => ({
      ...burst(scale),
      connections: 201,
      publishers: 1,
      deflate,
      textSize: 512,
      pace: { kind: 'everyone', inFlight: 64 },
    }),
  },
];

function compressed(): Entry[] {
  const on = { deflate: true, env: { COMPRESSION: 'true' } };
  return [
    { contender: 'belfry', variant: 'compressed', ...on },
    { contender: 'belfry', variant: 'off' },
    { contender: 'seed', variant: 'compressed', ...on },
    { contender: 'seed', variant: 'off' },
  ];
}
