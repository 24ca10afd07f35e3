/**
 * A channel as Server-Sent Events, for networks that break WebSockets: heard by the same rules, from the same cursor.
 */
import { Controller, Get, Headers, Logger, Param, Query, Req, Res, UsePipes, UseFilters } from '@nestjs/common';
import { ChannelsService } from '../../channels/channels.service.ts';
import type { Since } from '../../channels/start.ts';
import { Connections } from '../../gateway/connections.ts';
import { ClientAddress } from '../../gateway/limits/client-address.ts';
import { Door } from '../../gateway/limits/door.ts';
import { describe } from '../../gateway/messages/gateway-error.ts';
import { Entrance } from '../../gateway/upgrade/entrance.ts';
import { pathOf } from '../../gateway/upgrade/handshake.ts';
import { validityOf } from '../../gateway/upgrade/identity.ts';
import { METHOD_NOT_ALLOWED } from '../../gateway/upgrade/problem.ts';
import type { Problem } from '../../gateway/upgrade/problem.ts';
import { Settings } from '../../settings/settings.ts';
import { ForChannel } from '../callers/caller.guard.ts';
import { Caller } from '../callers/caller.ts';
import type { CallerInfo } from '../callers/caller.ts';
import { ChannelParams } from '../channels/dto/channel.params.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { ProblemFilter } from '../problems/problem.filter.ts';
import { QueryPipe } from '../query.pipe.ts';
import { EventStream } from './event-stream.ts';
import { positionOf } from './event-stream-format.ts';
import { StreamQuery } from './stream.query.ts';

/** What a stream is told that was asked for on a line on which an answer is still to come. */
const NO_LINE: Problem = {
  status: 400,
  code: 'bad_request',
  detail: 'A stream needs a line of its own: ask for it when the answer before it is whole.',
};

/** Serves `/api/channels/:channel/stream`. */
@Controller('api/channels/:channel')
@UseFilters(ProblemFilter)
@UsePipes(QueryPipe)
export class StreamController {
  private readonly logger = new Logger('API');

  constructor(
    private readonly channels: ChannelsService,
    private readonly connections: Connections,
    private readonly entrance: Entrance,
    private readonly door: Door,
    private readonly addresses: ClientAddress,
    private readonly settings: Settings,
  ) {}

  /** Answers when the client has gone, or was sent away. */
  @Get('stream')
  @ForChannel('join')
  async stream(
    @Param() { channel }: ChannelParams,
    @Query() query: StreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Caller() { identity }: CallerInfo,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    // Fastify answers HEAD as GET: a stream without its events would never end.
    if (request.method !== 'GET') throw new ApiProblem(METHOD_NOT_ALLOWED);
    // Whoever left while it was found out who it is has closed already, and one that waits behind other answers has no line: nobody
    // would ever hear that it went.
    if (reply.raw.destroyed || reply.raw.socket === null) throw new ApiProblem(NO_LINE);
    const problem = this.entrance.problem() ?? this.door.admit(request.raw, reply.raw);
    if (problem) throw new ApiProblem(problem);
    const { drainSeconds } = this.settings;
    const [path, address] = [pathOf(request.raw), this.addresses.of(request.raw)];
    const stream = new EventStream({ response: reply.raw, identity, path, address, drainSeconds });
    this.connections.add(stream);
    const joining = this.channels.join(stream, { channel, since: sinceOf(query, lastEventId) }, (ack) => {
      const { heartbeatInterval: interval, heartbeatTimeout: timeout } = this.settings;
      const { id: connection, user } = stream;
      reply.hijack();
      stream.begin(reply.getHeaders(), {
        ...ack,
        connection,
        user,
        ...validityOf(identity),
        heartbeat: { interval, timeout },
      });
    });
    const gone = (): void => void this.gone(stream, joining);
    reply.raw.once('close', gone);
    try {
      await joining;
    } catch (error) {
      if (!reply.raw.headersSent) {
        reply.raw.off('close', gone);
        gone();
        throw error;
      }
      // It hears the channel, and only its presence could not be told: it is to try again as a whole.
      stream.close('try_later');
    }
  }

  /** Takes it out of its channel, not before it is in it. */
  private async gone(stream: EventStream, joining: Promise<void>): Promise<void> {
    this.connections.remove(stream);
    await joining.catch(() => {});
    try {
      await this.channels.leaveAll(stream);
    } catch (error) {
      this.logger.warn(`a stream that has ended could not be taken out of its channel: ${describe(error)}`);
    }
  }
}

/** An id that is none of ours is as good as that of another epoch: nothing can be continued behind it. */
function sinceOf({ since, last }: StreamQuery, lastEventId: string | undefined): Since {
  const id = lastEventId === undefined || lastEventId === '' ? since : lastEventId;
  if (id !== undefined) return positionOf(id) ?? { epoch: '', offset: 0 };
  return last === undefined ? undefined : { last };
}
