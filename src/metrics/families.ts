/**
 * What `/metrics` tells, one line for each name: what it is called, what it means, and where in a snapshot it stands.
 * The names are part of the interface: dashboards and alerts are built on them. Labels are bounded: paths of gateways, and codes.
 */
import { UNKNOWN_CODE } from '../gateway/counts.ts';
import type { Distribution, GatewayStats, Snapshot } from './stats.ts';

/** One number, and what it is of. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Numbers under one name. A counter only ever grows, and begins at 0 with the process. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: (snapshot: Snapshot) => readonly Sample[];
}

/** Durations under one name. */
export interface DurationFamily {
  readonly name: string;
  readonly help: string;
  readonly distribution: (snapshot: Snapshot) => Distribution;
}

/** Every counter and gauge. */
export const FAMILIES: readonly Family[] = [
  perGateway('gauge', 'belfry_connections', 'Connections that are open.', ({ open }) => open),
  perGateway(
    'counter',
    'belfry_connections_opened_total',
    'Connections that became WebSockets.',
    ({ opened }) => opened,
  ),
  single('gauge', 'belfry_event_streams', 'Clients that listen over HTTP.', ({ eventStreams }) => eventStreams),
  {
    name: 'belfry_connections_closed_total',
    type: 'counter',
    help: 'Connections that closed, by close code: 1006 when the line broke, "other" for codes without a meaning here.',
    labels: ['gateway', 'code'],
    samples: ({ gateways }) =>
      gateways.flatMap(({ path, closed }) =>
        [...closed].map(([code, value]) => ({
          labels: { gateway: path, code: code === UNKNOWN_CODE ? 'other' : String(code) },
          value,
        })),
      ),
  },
  perGateway(
    'counter',
    'belfry_frames_received_total',
    'Messages that clients sent, of whatever event.',
    ({ framesReceived }) => framesReceived,
  ),
  perGateway(
    'counter',
    'belfry_bytes_received_total',
    'Bytes that came from clients, with the handshake and without what TLS adds.',
    ({ bytesReceived }) => bytesReceived,
  ),
  perGateway(
    'counter',
    'belfry_bytes_sent_total',
    'Bytes that were handed to the sockets of clients, counted in the same way.',
    ({ bytesSent }) => bytesSent,
  ),
  single(
    'counter',
    'belfry_messages_appended_total',
    'Messages that the log took.',
    ({ messages }) => messages.appended,
  ),
  single(
    'counter',
    'belfry_messages_duplicate_total',
    'Messages that the log had already, under the same idempotency key.',
    ({ messages }) => messages.duplicates,
  ),
  single(
    'counter',
    'belfry_messages_failed_total',
    'Messages that the log could not take.',
    ({ messages }) => messages.failed,
  ),
  single(
    'counter',
    'belfry_deliveries_total',
    'Messages that were written to subscribers, one for each subscriber.',
    ({ messages }) => messages.deliveries,
  ),
  single('gauge', 'belfry_channels', 'Channels that somebody hears.', ({ channels }) => channels),
  single(
    'gauge',
    'belfry_subscriptions',
    'Channels of each connection, added up.',
    ({ subscriptions }) => subscriptions,
  ),
  single(
    'gauge',
    'belfry_subscriptions_lagging',
    'Subscriptions behind the newest message: just joined, or too slow.',
    ({ lagging }) => lagging,
  ),
  {
    name: 'belfry_refusals_total',
    type: 'counter',
    help: 'Upgrades that were refused, and requests that were answered with an error, by code.',
    labels: ['reason'],
    samples: (snapshot) => [...refusalsOf(snapshot)].map(([reason, value]) => ({ labels: { reason }, value })),
  },
  single('gauge', 'belfry_engine_up', '1 when the log can be written and read, else 0.', ({ engine }) =>
    Number(engine.status === 'up'),
  ),
  single('gauge', 'belfry_draining', '1 while the server takes leave of its clients, else 0.', ({ isDraining }) =>
    Number(isDraining),
  ),
];

/** Every histogram. */
export const DURATIONS: readonly DurationFamily[] = [
  {
    name: 'belfry_append_seconds',
    help: 'From the request to append a message until it was durable.',
    distribution: ({ append }) => append,
  },
  {
    name: 'belfry_delivery_seconds',
    help: 'From the time that the first message of a batch bears until the batch was handed to the last socket.',
    distribution: ({ delivery }) => delivery,
  },
];

function single(type: Family['type'], name: string, help: string, value: (snapshot: Snapshot) => number): Family {
  return { name, type, help, labels: [], samples: (snapshot) => [{ value: value(snapshot) }] };
}

function perGateway(
  type: Family['type'],
  name: string,
  help: string,
  value: (gateway: GatewayStats) => number,
): Family {
  return {
    name,
    type,
    help,
    labels: ['gateway'],
    samples: ({ gateways }) =>
      gateways.map((gateway) => ({ labels: { gateway: gateway.path }, value: value(gateway) })),
  };
}

/** Of upgrades and of requests, wherever they were sent to. */
function refusalsOf({ refused, gateways }: Snapshot): Map<string, number> {
  const all = new Map(refused);
  for (const { errors } of gateways) {
    for (const [code, count] of errors) all.set(code, (all.get(code) ?? 0) + count);
  }
  return all;
}
