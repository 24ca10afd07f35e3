/**
 * A line to Redis that tests may break: it forwards every byte until it is told to keep the answers, to hang up, or to swallow
 * everything, on the connection for news alone or on all of them.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { targetOf } from './redis-server.contract.ts';
import type { RedisTarget } from '../../settings/redis-url.ts';

/** How a connection that subscribes to something looks, as RESP. */
const SUBSCRIBES = /\r\ns?subscribe\r\n/i;

/** A proxy in front of one Redis. */
export class FaultyLine {
  /** While true, what Redis answers does not arrive. */
  isDeaf = false;
  /** While true, connections are taken, and nothing goes either way over those that were made meanwhile. */
  isDead = false;
  private readonly sockets = new Set<Socket>();
  /** The ends of connections over which news come. */
  private readonly news = new Set<Socket>();
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
    return targetOf(this.url);
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  /** Swallows from now on what goes either way over the connections that there are, and ends none of them. */
  swallow(which: 'all' | 'news' = 'all'): void {
    this.lost = new Set(which === 'all' ? this.sockets : this.news);
  }

  /** Ends all connections, or those for news. Says how many. */
  hangUp(which: 'all' | 'news' = 'all'): number {
    const ends = [...(which === 'all' ? this.sockets : this.news)];
    for (const socket of ends) socket.destroy();
    return ends.length;
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.listener.close();
    this.hangUp();
    await once(this.listener, 'close');
  }

  private accept(client: Socket): void {
    const redis = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    if (this.isDead) this.lost.add(client);
    client.on('data', (bytes) => {
      if (!this.news.has(client) && SUBSCRIBES.test(bytes.toString('latin1'))) this.news.add(client);
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
        for (const ends of [this.sockets, this.news, this.lost]) ends.delete(one);
        other.destroy();
      });
    }
  }
}
