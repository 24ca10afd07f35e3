/**
 * A connection without a network between: a client of ws whose socket ends in the server's own process. What the server writes
 * arrives as it was written, chunk by chunk and as the same Buffer objects, so that a test can count and compare writes.
 */
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import type { ClientOptions } from 'ws';
import { Client } from './client.ts';
import type { TestServer } from './in-process.ts';

/** A client, and what the server has written to it. */
export interface MemoryLine {
  readonly client: Client;
  /** Every write since it was last emptied. */
  readonly chunks: Buffer[];
}

/** Connects to a path of the server. */
export async function openInMemory({ app, wsUrl }: TestServer, path: string): Promise<MemoryLine> {
  const [near, far] = duplexPair();
  const chunks: Buffer[] = [];
  near.on('data', (chunk: Buffer) => chunks.push(chunk));
  const options = { createConnection: (): Duplex => near } as unknown as ClientOptions;
  const opening = Client.open(wsUrl + path, [], { ...options, perMessageDeflate: false });
  app.getHttpServer().emit('connection', far);
  return { client: await opening, chunks };
}
