/**
 * Who is connected to this node, and sending somebody away.
 */
import { hostname } from 'node:os';
import { Controller, Delete, Get, HttpCode, Param, Query, UsePipes, UseFilters } from '@nestjs/common';
import { ChannelsService } from '../../channels/channels.service.ts';
import { Connections } from '../../gateway/connections.ts';
import type { Listener } from '../../gateway/listener.ts';
import type { User } from '../../protocol/events.ts';
import { ForOperators } from '../callers/api.guard.ts';
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

  /** Closes it with 4501: its client stays away. */
  @Delete(':id')
  @HttpCode(204)
  @ForOperators()
  remove(@Param('id') id: string): void {
    const connection = [...this.connections].find((one) => one.id === id);
    if (!connection) {
      throw new ApiProblem({ status: 404, code: 'not_found', detail: 'There is no connection of this id.' });
    }
    connection.close('removed');
  }

  private infoOf(connection: Listener): ConnectionInfo {
    const { id, user, path, since, unsent } = connection;
    return { id, user, path, since, channels: this.channels.countOf(connection), unsent };
  }
}
