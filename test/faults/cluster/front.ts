/**
 * What stands before the nodes, as a load balancer with health checks does: it gives each connection to the next node that says it
 * is ready, sticks to nothing, and tries another one when a node does not answer. With nobody ready it hangs up.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

const HOST = '127.0.0.1';

/** Milliseconds between two looks at who is ready, and for an answer. */
const LOOK = 100;
const PATIENCE = 2000;

interface Backend {
  readonly port: number;
  isReady: boolean;
}

/** A front that is listening. */
export class Front {
  private readonly sockets = new Set<Socket>();
  private turn = 0;
  private isClosed = false;
  private readonly checks: ReadonlyArray<Promise<void>>;

  private constructor(
    private readonly listener: Server,
    private readonly backends: readonly Backend[],
  ) {
    listener.on('connection', (client) => this.forward(client));
    this.checks = backends.map((backend) => this.watch(backend));
  }

  /** Listens on a free port, before nodes at these ports. */
  static async open(ports: readonly number[]): Promise<Front> {
    const listener = createServer({ noDelay: true }).listen(0, HOST);
    await once(listener, 'listening');
    return new Front(
      listener,
      ports.map((port) => ({ port, isReady: false })),
    );
  }

  /** Where it listens. */
  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** The nodes that are ready, by their ports. */
  get ready(): readonly number[] {
    return this.backends.filter(({ isReady }) => isReady).map(({ port }) => port);
  }

  /** Ends every connection and listens no more. */
  async close(): Promise<void> {
    this.isClosed = true;
    const ended = once(this.listener, 'close');
    this.listener.close();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([ended, ...this.checks]);
  }

  private async watch(backend: Backend): Promise<void> {
    while (!this.isClosed) {
      backend.isReady = await answersReady(backend.port);
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  private forward(client: Socket): void {
    this.hold(client);
    const { ready } = this;
    this.turn += 1;
    // Whoever is next, and after it the others, in case that it has just died.
    const ports = ready.map((_port, i) => ready[(this.turn + i) % ready.length] ?? 0);
    this.tryNext(client, ports);
  }

  private tryNext(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined || this.isClosed) {
      client.destroy();
      return;
    }
    const node = connect({ port, host: HOST, noDelay: true });
    this.hold(node);
    const failed = (): void => this.tryNext(client, others);
    node.once('error', failed);
    node.once('connect', () => {
      node.off('error', failed);
      client.pipe(node).pipe(client);
      // The end of one side, whatever it is, is the end of the other.
      client.once('close', () => node.destroy());
      node.once('close', () => client.destroy());
    });
  }

  private hold(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }
}

async function answersReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${HOST}:${port}/health/ready`, { signal: AbortSignal.timeout(PATIENCE) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
