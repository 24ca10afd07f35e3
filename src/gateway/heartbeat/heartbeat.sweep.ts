/**
 * One timer for all connections: pings whoever was silent for HEARTBEAT_INTERVAL, cuts off whoever stays silent for
 * HEARTBEAT_TIMEOUT more. A client that vanished without a word is gone within their sum.
 */
import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../../settings/settings.ts';
import { Connections } from '../connections.ts';
import type { Listener } from '../listener.ts';

/** How often the sweep passes within the shorter of the two times; it acts early by one pass rather than late. */
const PASSES = 10;

/** Looks after all connections. */
@Injectable()
export class HeartbeatSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private readonly pass: number;
  private last = 0;

  constructor(
    private readonly settings: Settings,
    private readonly connections: Connections,
  ) {
    this.pass = Math.min(settings.heartbeatInterval, settings.heartbeatTimeout) / PASSES;
  }

  onApplicationBootstrap(): void {
    this.last = performance.now();
    this.timer = setInterval(() => this.sweep(), this.pass);
    this.timer.unref();
  }

  /** Not before: clients that have not had their turn to go yet are looked after as ever. */
  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private sweep(): void {
    const now = performance.now();
    const wasAway = now - this.last > 3 * this.pass;
    this.last = now;
    for (const connection of this.connections) {
      // The process stood still (a suspended machine, a long pause): what clients answered meanwhile is not read yet.
      if (wasAway && connection.pingedAt !== undefined) connection.pingedAt = now;
      this.look(connection, now + this.pass);
    }
  }

  private look(connection: Listener, now: number): void {
    const { heartbeatInterval, heartbeatTimeout } = this.settings;
    // While we owe it answers and don't read, its silence is our doing; unless it does not read what we sent.
    if (connection.unread && connection.unsent === 0) return;
    if (connection.pingedAt === undefined) {
      if (now - connection.lastSeen >= heartbeatInterval) connection.ping();
    } else if (now - connection.pingedAt >= heartbeatTimeout) connection.cut('heartbeat_timeout');
  }
}
