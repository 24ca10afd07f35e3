/**
 * The rows about connections themselves: taking them, keeping them, and giving who comes back what it missed.
 */
import { COLUMN, EVERYONE } from './row.ts';
import type { Row } from './row.ts';

/** The rows. */
export const CONNECTIONS: readonly Row[] = [
  {
    name: 'join',
    title: 'Coming back to 10,000 missed messages',
    method: `The channel holds 10,000 messages of 64 bytes, and a client that saw none of them joins: the time from its \`join\` to
the last of them, the median of several. Then 50 such clients join at once: how much more memory the server holds at the peak,
looked at every 3 ms, for each of them. The other contenders keep no history.`,
    tls: false,
    entries: [{ contender: 'belfry' }],
    columns: [COLUMN.caughtUp, COLUMN.perJoiner, COLUMN.resident],
    job: ({ missedTries }) => ({ kind: 'missed', messages: 10_000, tries: missedTries, joiners: 50 }),
  },
  {
    name: 'idle',
    title: 'Idle connections',
    method: `Connections that say nothing, in a channel where there are channels. Memory of the server's own (anonymous pages) with
them, less that before them, both once it has stood still for half a second (or 8 seconds are over); 300 earlier connections
keep what a server sets up once out of the difference. As many as the limit of open files allows.`,
    tls: false,
    entries: EVERYONE,
    columns: [COLUMN.connections, COLUMN.perConnection, COLUMN.resident],
    job: ({ idle }) => ({ kind: 'idle', connections: idle }),
  },
  {
    name: 'connect',
    title: 'Taking connections',
    method: 'Connections opened as fast as the server greets them, 64 handshakes under way.',
    tls: false,
    entries: EVERYONE,
    columns: [COLUMN.connectRate, COLUMN.cpuPerConnection, COLUMN.resident],
    job: ({ connects }) => ({ kind: 'connect', connections: connects }),
  },
];
