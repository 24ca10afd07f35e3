/**
 * Leaving: takes no new connections, says goodbye to every client with 1012 and waits for their answers, for as long as
 * DRAIN_SECONDS allows. Runs while HTTP is still served, so that readiness can tell.
 */
import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Settings } from '../settings/settings.ts';
import { Connections } from './connections.ts';

/** The part of DRAIN_SECONDS that clients have; the rest is for what must end after them. */
const SHARE_OF_CLIENTS = 0.8;

/** The server's leave. */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Drain');
  private draining = false;

  constructor(
    private readonly settings: Settings,
    private readonly connections: Connections,
  ) {}

  /** Whether the server is leaving: it is not ready, and refuses upgrades with 503. */
  get isDraining(): boolean {
    return this.draining;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.draining = true;
    const clients = this.connections.size;
    for (const connection of this.connections) connection.close('restarting');
    if (await this.emptyInTime()) {
      if (clients > 0) this.logger.log(`said goodbye to ${clients} ${clients === 1 ? 'client' : 'clients'}`);
      return;
    }
    this.logger.warn(`${this.connections.size} of ${clients} clients did not answer the goodbye and were cut off`);
    for (const { socket } of this.connections) socket.terminate();
  }

  private async emptyInTime(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, this.settings.drainSeconds * 1000 * SHARE_OF_CLIENTS, false);
    });
    const empty = this.connections.empty().then(() => true);
    const inTime = await Promise.race([empty, deadline]);
    clearTimeout(timer);
    return inTime;
  }
}
