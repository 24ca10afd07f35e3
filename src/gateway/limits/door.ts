/**
 * What stands at the door, before anything is asked of a client: whether its page may come, and how many of its address are
 * here or came just now. All sockets count, also those that never ask for anything.
 */
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../settings/settings.ts';
import { MINUTE, SECOND } from '../../settings/units.ts';
import type { Problem } from '../upgrade/problem.ts';
import { blockOf, ClientAddress } from './client-address.ts';
import { Origins } from './origins.ts';
import { Rate } from './rate.ts';

/** Sockets beyond the connections, of one address and of all: for pages, health checks and those that are to be refused. */
const SPARE_SOCKETS = 1000;

/** How many of one address there are. */
interface Count {
  readonly address: string;
  here: number;
}

/** How many there are of each address, until what each of them came by closes: a socket, or the answer that is a stream. */
class Counts {
  private readonly counts = new Map<string, Count>();
  /** Where each carries its count, which it shares: a listener of its own for each would be memory for each. */
  private readonly held = Symbol('count');
  private readonly release: (this: EventEmitter) => void;

  constructor() {
    const { counts, held } = this;
    this.release = function release(): void {
      const count = Reflect.get(this, held) as Count;
      count.here -= 1;
      if (count.here === 0) counts.delete(count.address);
    };
  }

  of(address: string): number {
    return this.counts.get(address)?.here ?? 0;
  }

  add(address: string, line: EventEmitter): void {
    const count = this.counts.get(address) ?? { address, here: 0 };
    count.here += 1;
    this.counts.set(address, count);
    Object.assign(line, { [this.held]: count });
    line.once('close', this.release);
  }
}

/** The door of one server. */
@Injectable()
export class Door {
  private readonly logger = new Logger('Gateway');
  private readonly connections = new Counts();
  private readonly sockets = new Counts();
  private readonly handshakes: Rate;
  private quietUntil = 0;

  constructor(
    private readonly settings: Settings,
    private readonly addresses: ClientAddress,
    private readonly origins: Origins,
  ) {
    this.handshakes = new Rate(settings.handshakeRate);
  }

  /** Bounds the sockets of a server, which come before any request. */
  guard(server: Server): void {
    const { maxConnections, maxConnectionsPerAddress } = this.settings;
    server.maxConnections = maxConnections + SPARE_SOCKETS;
    server.on('connection', (socket: Socket) => {
      // Who passes on the requests of others has as many as these need.
      if (this.addresses.isProxy(socket.remoteAddress ?? '')) return;
      const block = blockOf(socket.remoteAddress ?? '');
      if (this.sockets.of(block) >= maxConnectionsPerAddress + SPARE_SOCKETS) socket.destroy();
      else this.sockets.add(block, socket);
    });
  }

  /**
   * Lets a client in, who then counts until `line` closes.
   *
   * @param line its own, and not closed yet: one that carries others after it, as a socket behind a proxy does, says of none when it went
   * @returns why it is refused, if it is
   */
  admit(request: IncomingMessage, line: EventEmitter): Problem | undefined {
    const address = blockOf(this.addresses.of(request));
    const problem = this.origins.handshakeProblem(request) ?? this.crowdProblem(address);
    if (problem) this.tell(problem, address, request);
    else this.connections.add(address, line);
    return problem;
  }

  /**
   * Counts like one who connects somebody who comes for a moment and takes no place: a guest over HTTP may be another one with
   * each request, so that nothing that is counted by guest bounds it.
   *
   * @returns 0, or the milliseconds after which one of its address may come again
   */
  pass(request: IncomingMessage): number {
    return this.handshakes.take(blockOf(this.addresses.of(request)), performance.now());
  }

  private crowdProblem(address: string): Problem | undefined {
    if (this.connections.of(address) >= this.settings.maxConnectionsPerAddress) {
      return {
        status: 429,
        code: 'too_many_connections',
        detail: 'Your address has as many connections as it may have. Close one, or try again later.',
        headers: { 'Retry-After': String(this.settings.drainSeconds) },
      };
    }
    const wait = this.handshakes.take(address, performance.now());
    if (wait === 0) return undefined;
    return {
      status: 429,
      code: 'too_many_handshakes',
      detail: 'Your address connects too often. Try again after the seconds in Retry-After.',
      headers: { 'Retry-After': String(Math.ceil(wait / SECOND)) },
    };
  }

  /** A browser tells its page nothing of a refusal, so the log does; once a minute, since anybody can cause it. */
  private tell({ status, code }: Problem, address: string, { headers }: IncomingMessage): void {
    const now = performance.now();
    if (now < this.quietUntil) return;
    this.quietUntil = now + MINUTE;
    const isMistaken = status === 429 && this.settings.trustProxy === false && headers['x-forwarded-for'] !== undefined;
    const advice = isMistaken ? '. It may be a proxy: then set TRUST_PROXY, or all of its clients count as one' : '';
    this.logger.warn(
      `refused ${address} with ${status} ${code}${status === 403 ? ` (${quote(headers.origin)})` : ''}${advice}`,
    );
  }
}

function quote(origin = 'no origin'): string {
  return JSON.stringify(origin.slice(0, 100));
}
