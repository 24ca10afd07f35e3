/**
 * A TCP proxy with faults, between one client (or more) and the server, on loopback only.
 * It gives each client a line of its own that can be cut, stalled, delayed and robbed of frames; it never changes a byte.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { FrameFilter } from './flow.ts';
import { Line } from './line.ts';
import type { Ending } from './line.ts';

const HOST = '127.0.0.1';

/** A proxy that is listening. */
export class FaultProxy {
  /** The lines that are open. */
  readonly lines = new Set<Line>();
  /** Decides about every frame of every line; passes all at first. */
  filter: FrameFilter = () => 'pass';
  /** Milliseconds by which everything is late; 0 at first. */
  delay = 0;
  /** While true, whoever connects is reset at once. */
  refusing = false;

  private constructor(
    private readonly listener: Server,
    private readonly target: number,
  ) {
    listener.on('connection', (client) => this.accept(client));
  }

  /** Listens on a free port for connections to the server at `target`, a port of this machine. */
  static async start(target: number): Promise<FaultProxy> {
    const listener = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, HOST);
    await once(listener, 'listening');
    return new FaultProxy(listener, target);
  }

  /** `ws://127.0.0.1:41234` */
  get url(): string {
    return `ws://${HOST}:${(this.listener.address() as AddressInfo).port}`;
  }

  /** Cuts every line. */
  cutAll(ending: Ending): void {
    for (const line of this.lines) line.cut(ending);
  }

  /** Cuts every line and listens no more. */
  async close(): Promise<void> {
    this.refusing = true;
    const ended = once(this.listener, 'close');
    this.listener.close();
    this.cutAll('rst');
    await ended;
  }

  private accept(client: Socket): void {
    if (this.refusing) {
      // Whatever the reset meets, this connection is not to be.
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.target, host: HOST, allowHalfOpen: true, noDelay: true });
    const line = new Line(client, server, {
      filter: (frame, direction) => this.filter(frame, direction),
      delay: () => this.delay,
    });
    this.lines.add(line);
    void line.ended.then(() => this.lines.delete(line));
  }
}
