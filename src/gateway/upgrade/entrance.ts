/**
 * Where clients come in: whether there is room, and who they are. Whoever is not known yet waits here, at no gateway's cost.
 */
import { Injectable, Logger, Optional } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Settings } from '../../settings/settings.ts';
import type { Connection } from '../connection.ts';
import { Connections } from '../connections.ts';
import { Drain } from '../drain.ts';
import { describe, GatewayError } from '../messages/gateway-error.ts';
import { Authenticator, GuestAuthenticator } from './identity.ts';
import type { Identity } from './identity.ts';
import type { Problem } from './problem.ts';

/** Milliseconds that finding out who somebody is may take. */
const MOST_PATIENCE = 10_000;

/** What an upgrade ends in; a GatewayError is told after it. */
export type Admission = Identity | Problem | GatewayError | undefined;

/** The entrance of all endpoints. */
@Injectable()
export class Entrance {
  private readonly logger = new Logger('Gateway');
  private readonly authenticator: Authenticator;
  /** Clients of which it is being found out who they are. They take room like connections, or their number had no bound. */
  private arriving = 0;

  constructor(
    private readonly settings: Settings,
    private readonly connections: Connections,
    private readonly drain: Drain,
    @Optional() authenticator?: Authenticator,
  ) {
    this.authenticator = authenticator ?? new GuestAuthenticator();
  }

  /** Why nobody can come in now, if so. */
  problem(): Problem | undefined {
    const headers = { 'Retry-After': String(this.settings.drainSeconds) };
    if (this.drain.isDraining) {
      return {
        status: 503,
        code: 'draining',
        detail: 'The server is leaving. Come back to another one, or later.',
        headers,
      };
    }
    if (this.connections.size + this.arriving >= this.settings.maxConnections) {
      return {
        status: 503,
        code: 'full',
        detail: 'The server has as many connections as it may have. Try again later.',
        headers,
      };
    }
    return undefined;
  }

  /** Finds out who asks for an upgrade. Never rejects. */
  async admit(request: IncomingMessage): Promise<Admission> {
    this.arriving += 1;
    try {
      return await this.inTime(this.authenticator.authenticate(request));
    } catch (error) {
      if (error instanceof GatewayError) return error;
      this.logger.error(`a client could not be identified: ${describe(error)}`);
      return { status: 500, code: 'internal', detail: 'Something failed on the server. It has been logged.' };
    } finally {
      this.arriving -= 1;
    }
  }

  private async inTime(answer: Promise<Admission>): Promise<Admission> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<Problem>((resolve) => {
      timer = setTimeout(() => resolve(this.unavailable()), MOST_PATIENCE);
    });
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  private unavailable(): Problem {
    const headers = { 'Retry-After': String(this.settings.drainSeconds) };
    const detail = 'It could not be found out in time who you are. Try again later.';
    return { status: 503, code: 'unavailable', detail, headers };
  }
}

/** Tells a client why it may not be here, and closes it: it is to stay away, unless that may change. */
export function turnAway(connection: Connection, reason = new GatewayError('unauthorized')): void {
  connection.send('error', reason.data);
  connection.close(reason.data.temporary ? 'try_later' : 'unauthorized');
}
