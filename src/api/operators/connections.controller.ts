/**
 * Who is connected to this node, and sending somebody away.
 */
import { hostname } from 'node:os';
import { Controller, Delete, Get, Param, Query, Res, UsePipes, UseFilters } from '@nestjs/common';
import { Orders } from '../../access/orders/orders.ts';
import { isUUID } from 'class-validator';
import { ChannelsService } from '../../channels/channels.service.ts';
import { Connections } from '../../gateway/connections.ts';
import type { Listener } from '../../gateway/listener.ts';
import type { User } from '../../protocol/events.ts';
import { Settings } from '../../settings/settings.ts';
import { ForOperators } from '../callers/caller.guard.ts';
import type { HttpReply } from '../http.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { ProblemFilter } from '../problems/problem.filter.ts';
import { QueryPipe } from '../query.pipe.ts';
import { ConnectionsQuery } from './dto/connections.query.ts';

/** Connections of a piece when no limit is asked for. */
const DEFAULT_LIMIT = 100;

/** One connection, WebSocket or event stream. */
export interface ConnectionInfo {
  readonly id: string;
  readonly user: User;
  /** The path that it is connected to. */
  readonly path: string;
  /** The address that it comes from, as TRUST_PROXY says; empty where it had gone already. */
  readonly address: string;
  /** When it was opened, ms since 1970. */
  readonly since: number;
  /** How many channels it is in. */
  readonly channels: number;
  /** Bytes that it has not taken yet. */
  readonly unsent: number;
}

/** A piece of the list, ordered by id. */
export interface ConnectionsAnswer {
  /** The name of the machine, or container, of the node that answers: each knows its own connections. */
  readonly node: string;
  readonly connections: readonly ConnectionInfo[];
  /** What to ask for as `after` for the next piece; without it this was the last. */
  readonly next?: string;
}

/** Serves `/api/connections`. */
@Controller('api/connections')
@UseFilters(ProblemFilter)
@UsePipes(QueryPipe)
export class ConnectionsController {
  constructor(
    private readonly connections: Connections,
    private readonly channels: ChannelsService,
    private readonly orders: Orders,
    private readonly settings: Settings,
  ) {}

  @Get()
  @ForOperators()
  list(@Query() { after = '', limit = DEFAULT_LIMIT, user }: ConnectionsQuery): ConnectionsAnswer {
    const further = [...this.connections].filter(
      (connection) => connection.id > after && (user === undefined || connection.user.id === user),
    );
    const piece = further.toSorted((one, other) => (one.id < other.id ? -1 : 1)).slice(0, limit);
    const last = piece.length < further.length ? piece.at(-1) : undefined;
    return {
      node: hostname(),
      connections: piece.map((connection) => this.infoOf(connection)),
      ...(last && { next: last.id }),
    };
  }

  /** Closes it with 4501: its client stays away. 204 when it is here, 202 when the other nodes have been asked. */
  @Delete(':id')
  @ForOperators()
  async remove(@Param('id') id: string, @Res({ passthrough: true }) reply: HttpReply): Promise<void> {
    const connection = [...this.connections].find((one) => one.id === id);
    connection?.close('removed');
    if (!connection) await this.removeElsewhere(id);
    reply.code(connection ? 204 : 202);
  }

  private async removeElsewhere(id: string): Promise<void> {
    // What can be no connection's is not worth an order that every node keeps.
    if (this.settings.engine === 'redis' && isUUID(id)) return this.orders.removeConnection(id);
    throw new ApiProblem({ status: 404, code: 'not_found', detail: 'There is no connection of this id.' });
  }

  private infoOf(connection: Listener): ConnectionInfo {
    const { id, user, path, address, since, unsent } = connection;
    return { id, user, path, address, since, channels: this.channels.countOf(connection), unsent };
  }
}
