/**
 * Who is compared: how each is called, spoken to and started.
 * Belfry is the built server as it is shipped; the others are the small servers in bench/peers.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../test/support/root.ts';
import type { DialectName } from '../load/wire/dialects.ts';
import { bunBinary } from './bun-binary.ts';
import type { Launch } from './server-process.ts';

/** Their names on the command line and in the results. */
export const CONTENDERS = ['belfry', 'plain', 'seed', 'socket.io', 'nest', 'bun'] as const;

/** One of them. */
export type ContenderName = (typeof CONTENDERS)[number];

/** Those that Belfry is compared with. */
export const PEERS: readonly ContenderName[] = ['seed', 'socket.io', 'nest', 'bun'];

/** Those that need what only bench/package.json asks for. */
export const FOREIGN: readonly ContenderName[] = ['socket.io', 'bun'];

/** A contender. */
export interface Contender {
  readonly title: string;
  readonly dialect: DialectName;
  /** How to start it; a sentence when it cannot be started here. */
  readonly launch: (env: Readonly<Record<string, string>>) => Launch | string;
}

/** A file of this directory's neighbour, compiled. */
const compiled = (name: string): string => fileURLToPath(new URL(`../peers/${name}.js`, import.meta.url));

/** A file that is run as it stands, since what it imports is in bench/node_modules. */
const asItStands = (name: string): string => join(ROOT, 'bench/peers', name);

const node = (file: string) => (env: Readonly<Record<string, string>>) => ({
  command: process.execPath,
  args: [file],
  env,
});

/** The load is one address and few users; the others have no limits either. */
const UNLIMITED = {
  MAX_CONNECTIONS_PER_ADDRESS: 'off',
  HANDSHAKE_RATE: 'off',
  FRAME_RATE: 'off',
  BYTE_RATE: 'off',
  RATE_LIMIT: 'off',
} as const;

const belfry = (env: Readonly<Record<string, string>>): Launch =>
  node(join(ROOT, 'dist/main.js'))({ HOST: '127.0.0.1', PORT: '0', ...UNLIMITED, ...env });

const TABLE: Readonly<Record<ContenderName, Contender>> = {
  belfry: { title: 'Belfry `/ws`', dialect: 'channels', launch: belfry },
  plain: { title: 'Belfry `/`', dialect: 'plain', launch: belfry },
  seed: { title: "the seed's way", dialect: 'plain', launch: node(compiled('seed')) },
  'socket.io': { title: 'Socket.IO', dialect: 'socket.io', launch: node(asItStands('socket-io.mjs')) },
  nest: { title: 'plain Nest gateway', dialect: 'nest', launch: node(compiled('nest')) },
  bun: {
    title: 'Bun',
    dialect: 'plain',
    launch: (env) => {
      const binary = bunBinary();
      return binary === undefined
        ? 'Bun is left out: no binary of it that runs here came with bench/node_modules.'
        : { command: binary, args: [asItStands('bun.mjs')], env };
    },
  },
};

/** A contender by its name. */
export function contenderOf(name: ContenderName): Contender {
  return TABLE[name];
}
