/**
 * A line to Redis that tests may break: it forwards every byte until it is told to keep the answers, or to hang up.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { targetOf } from './redis-server.contract.ts';
import type { RedisTarget } from '../../settings/redis-url.ts';

/** A proxy in front of one Redis. */
export class FaultyLine {
  /** While true, what Redis answers does not arrive. */
  isDeaf = false;
  private readonly sockets = new Set<Socket>();
  private lost = new Set<Socket>();

  private constructor(
    private readonly listener: Server,
    private readonly port: number,
  ) {
    listener.on('connection', (client) => this.accept(client));
  }

  /** Listens on a port of its own, in front of the Redis at `port`. */
  static async open(port: number): Promise<FaultyLine> {
    const listener = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new FaultyLine(listener, port);
  }

  get target(): RedisTarget {
    return targetOf(`redis://127.0.0.1:${(this.listener.address() as AddressInfo).port}`);
  }

  /** Swallows from now on what goes either way over the connections that there are, and ends none of them. */
  swallow(): void {
    this.lost = new Set(this.sockets);
  }

  /** Ends all connections. */
  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.listener.close();
    this.hangUp();
    await once(this.listener, 'close');
  }

  private accept(client: Socket): void {
    const redis = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    client.on('data', (bytes) => {
      if (!this.lost.has(client)) redis.write(bytes);
    });
    redis.on('data', (bytes) => {
      if (!this.isDeaf && !this.lost.has(client)) client.write(bytes);
    });
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }
}
