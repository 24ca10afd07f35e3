/**
 * One timer for all connections: pings whoever was silent for HEARTBEAT_INTERVAL, cuts off whoever stays silent for
 * HEARTBEAT_TIMEOUT more. A client that vanished without a word is gone within their sum.
 */
import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../settings/settings.ts';
import { Connections } from '../connections.ts';
import type { Connection } from '../connection.ts';

/** How often the sweep passes within the shorter of the two times; it acts early by one pass rather than late. */
const PASSES = 10;

/** Looks after all connections. */
@Injectable()
export class HeartbeatSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private readonly pass: number;

  constructor(
    private readonly settings: Settings,
    private readonly connections: Connections,
  ) {
    this.pass = Math.min(settings.heartbeatInterval, settings.heartbeatTimeout) / PASSES;
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.sweep(), this.pass);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private sweep(): void {
    const now = Date.now();
    for (const connection of this.connections) this.look(connection, now - connection.lastSeen + this.pass);
  }

  private look(connection: Connection, silence: number): void {
    const { heartbeatInterval, heartbeatTimeout } = this.settings;
    if (connection.unread) return;
    if (silence >= heartbeatInterval + heartbeatTimeout) connection.cut('heartbeat_timeout');
    else if (silence >= heartbeatInterval && !connection.pinged) connection.ping();
  }
}
