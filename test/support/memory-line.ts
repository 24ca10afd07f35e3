/**
 * A connection without a network between: a client of ws whose socket ends in the server's own process. What the server writes
 * arrives as it was written, write by write and as the same Buffer objects, so that a test can count and compare them.
 */
import { Duplex } from 'node:stream';
import type { ClientOptions } from 'ws';
import { Client } from './client.ts';
import type { TestServer } from './in-process.ts';

/** A client, and what the server has written to it. */
export interface MemoryLine {
  readonly client: Client;
  /** Every write since this was last emptied, each as the buffers that it was made of: on a socket, one call of the system. */
  readonly writes: (readonly Buffer[])[];
}

/** Connects to a path of the server. */
export async function openInMemory({ app, wsUrl }: TestServer, path: string): Promise<MemoryLine> {
  const [near, far] = [new End(), new End()];
  near.other = far;
  far.other = near;
  const options = { createConnection: (): Duplex => near } as unknown as ClientOptions;
  const opening = Client.open(wsUrl + path, [], { ...options, perMessageDeflate: false });
  app.getHttpServer().emit('connection', far);
  const client = await opening;
  far.writes.length = 0;
  return { client, writes: far.writes };
}

/** One end of a line. What was corked arrives together, as on a socket; nothing arrives before whoever wrote has finished. */
class End extends Duplex {
  readonly writes: Buffer[][] = [];
  other!: End;

  override _read(): void {
    // The other end pushes.
  }

  override _write(chunk: Buffer, _encoding: unknown, done: () => void): void {
    this.hand([chunk], done);
  }

  override _writev(written: { readonly chunk: Buffer }[], done: () => void): void {
    this.hand(
      written.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: () => void): void {
    process.nextTick(() => {
      this.other.push(null);
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    process.nextTick(() => this.other.destroy());
    done(error);
  }

  private hand(buffers: Buffer[], done: () => void): void {
    this.writes.push(buffers);
    process.nextTick(() => {
      for (const buffer of buffers) this.other.push(buffer);
      done();
    });
  }
}
