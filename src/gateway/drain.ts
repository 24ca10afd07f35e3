/**
 * Leaving: takes no new connections, tells every client when its turn to go is, and lets each go at its own: they come back
 * elsewhere one after another, and not all in the same moment. Runs while HTTP is still served, so that readiness can tell.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { GoodbyeData } from '../protocol/events.ts';
import { Settings } from '../settings/settings.ts';
import { Connections } from './connections.ts';
import type { Listener } from './listener.ts';

/** The part of DRAIN_SECONDS over which the turns are spread, and that after which a client that does not go is cut off. */
const SHARE_OF_SLOTS = 0.7;
const SHARE_OF_CLIENTS = 0.8;

/** Milliseconds between two looks at whose turn it is. */
const STEP = 20;

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
    const clients = [...this.connections];
    const leave = this.settings.drainSeconds * 1000;
    const deadline = performance.now() + leave * SHARE_OF_CLIENTS;
    await this.sayGoodbye(clients, leave * SHARE_OF_SLOTS);
    if (await this.emptyBy(deadline)) {
      if (clients.length > 0) this.logger.log(`said goodbye to ${inWords(clients.length)}`);
      return;
    }
    this.logger.warn(
      `${this.connections.size} of ${clients.length} clients did not answer the goodbye and were cut off`,
    );
    for (const connection of this.connections) connection.terminate();
  }

  /** Resolves when the last has been told to go, or all have gone by themselves. */
  private async sayGoodbye(clients: readonly Listener[], span: number): Promise<void> {
    const begin = performance.now();
    const slots = clients.map((connection, index) => ({
      connection,
      after: Math.round((span * index) / clients.length),
    }));
    for (const { connection, after } of slots) {
      connection.send('goodbye', { after, reason: 'restarting' } satisfies GoodbyeData);
    }
    for (const { connection, after } of slots) {
      while (performance.now() - begin < after && this.connections.size > 0) await wait(STEP);
      connection.close('restarting');
    }
  }

  private async emptyBy(deadline: number): Promise<boolean> {
    const abort = new AbortController();
    const tooLate = wait(Math.max(0, deadline - performance.now()), false, { signal: abort.signal });
    const inTime = await Promise.race([this.connections.empty().then(() => true), tooLate]);
    // Its rejection says that it was no longer needed.
    tooLate.catch(() => {});
    abort.abort();
    return inTime;
  }
}

function inWords(count: number): string {
  return `${count} ${count === 1 ? 'client' : 'clients'}`;
}
