/**
 * Where clients come in: whether there is room, and who they are. Whoever is not known yet waits here, at no gateway's cost.
 */
import { Injectable, Logger, Optional } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { AUTH } from '../../protocol/events.ts';
import type { AuthAck, RequestId } from '../../protocol/events.ts';
import { Settings } from '../../settings/settings.ts';
import type { Connection } from '../connection.ts';
import { Connections } from '../connections.ts';
import type { Listener } from '../listener.ts';
import { Drain } from '../drain.ts';
import { isObject } from '../messages/json.ts';
import type { Request } from '../messages/frame.ts';
import { describe, GatewayError, isUnforeseen, toGatewayError } from '../messages/gateway-error.ts';
import { Authenticator, GuestAuthenticator, validityOf } from './identity.ts';
import type { Identity } from './identity.ts';
import type { Problem } from './problem.ts';

/** Milliseconds that finding out who somebody is may take. */
const MOST_PATIENCE = 10_000;

const TOO_LATE = 'It could not be found out in time who you are. Try again later.';

/** What whoever does something else first is told. */
const PROVE = new GatewayError('unauthorized', 'Prove who you are first: send {"event":"auth","data":{"token":"…"}}.');

const TOKEN_RULE = { property: 'token', rules: ['token must be a string'] };

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
      return await this.inTime<Admission>(this.authenticator.authenticate(request), () => this.unavailable());
    } catch (error) {
      if (error instanceof GatewayError) return error;
      this.logger.error(`a client could not be identified: ${describe(error)}`);
      return { status: 500, code: 'internal', detail: 'Something failed on the server. It has been logged.' };
    } finally {
      this.arriving -= 1;
    }
  }

  /**
   * Has a client prove who it is with its first frame. Never rejects.
   *
   * @param first its first frame, not decoded; undefined when it goes without one
   * @returns whether it did; else it has been turned away, or has gone
   */
  async prove(connection: Connection, first: Promise<Buffer | undefined>): Promise<boolean> {
    const timer = setTimeout(() => turnAway(connection, PROVE), this.settings.authTimeout);
    const payload = await first;
    clearTimeout(timer);
    if (payload === undefined || !connection.isOpen) return false;
    const { event, data, id } = requestIn(payload, connection);
    if (event !== AUTH) return turnAway(connection, PROVE, id);
    try {
      const ack = await this.renewed(connection, data);
      if (connection.isOpen) connection.send('ack', ack, id);
      return connection.isOpen;
    } catch (error) {
      return turnAway(connection, this.reasonOf(error), id);
    }
  }

  /**
   * Takes the data of an `auth` event: who the client is from now on.
   *
   * @throws GatewayError when its token is not taken; it stays who it was
   */
  async renew(connection: Connection, data: unknown): Promise<AuthAck> {
    const ack = await this.renewed(connection, data, connection.identity);
    await this.connections.renewed(connection);
    return ack;
  }

  private async renewed(connection: Connection, data: unknown, current?: Identity): Promise<AuthAck> {
    const token = isObject(data) ? data['token'] : undefined;
    if (typeof token !== 'string') throw new GatewayError('invalid', undefined, { details: [TOKEN_RULE] });
    const identity = await this.inTime(this.authenticator.renew(token, current), () => {
      throw new GatewayError('unavailable', TOO_LATE);
    });
    connection.identity = identity;
    const { user, permissions } = identity;
    return { user, permissions, ...validityOf(identity) };
  }

  /** What the client is told of an error. */
  private reasonOf(error: unknown): GatewayError {
    if (isUnforeseen(error)) this.logger.error(`a client could not be identified: ${describe(error)}`);
    return toGatewayError(error);
  }

  private async inTime<T>(answer: Promise<T>, otherwise: () => T): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, MOST_PATIENCE);
    });
    try {
      return await Promise.race([answer, tooLate.then(otherwise)]);
    } finally {
      clearTimeout(timer);
    }
  }

  private unavailable(): Problem {
    const headers = { 'Retry-After': String(this.settings.drainSeconds) };
    return { status: 503, code: 'unavailable', detail: TOO_LATE, headers };
  }
}

/** What is no request of the endpoint proves nothing either. */
function requestIn(payload: Buffer, { format }: Connection): Partial<Request> {
  try {
    return format.decode(payload, false);
  } catch {
    return {};
  }
}

/**
 * Tells a client why it may not be here, and closes it: it is to stay away, unless that may change.
 *
 * @returns false, for whoever asks whether it may enter
 */
export function turnAway(connection: Listener, reason: GatewayError, id?: RequestId): false {
  connection.send('error', reason.data, id);
  connection.close(reason.data.temporary ? 'try_later' : 'unauthorized');
  return false;
}
