/**
 * Channels over HTTP, as docs/api.md describes them: what a backend publishes, reads and asks is what a WebSocket would, by the
 * same rules and with the same answers.
 */
import { Body, Controller, Get, Headers, Param, Post, Query, Req, Res, UsePipes, UseFilters } from '@nestjs/common';
import type { HistoryAck, PresenceAck, PublishAck } from '../../protocol/events.ts';
import { ChannelsService } from '../../channels/channels.service.ts';
import { PublicationLimit } from '../../channels/publication-limit.ts';
import { Door } from '../../gateway/limits/door.ts';
import { GatewayError, toGatewayError } from '../../gateway/messages/gateway-error.ts';
import { Settings } from '../../settings/settings.ts';
import { ForChannel } from '../callers/caller.guard.ts';
import { Caller } from '../callers/caller.ts';
import type { CallerInfo } from '../callers/caller.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import { ApiProblem, problemOf } from '../problems/api-problem.ts';
import { ProblemFilter } from '../problems/problem.filter.ts';
import { QueryPipe } from '../query.pipe.ts';
import { ChannelParams } from './dto/channel.params.ts';
import { HistoryQuery } from './dto/history.query.ts';
import { readPublications } from './publications.ts';

/** What a batch is answered: an answer for each message, in their order. */
export interface BatchAnswer {
  readonly results: readonly PublishAck[];
}

/** Serves `/api/channels/:channel/…`. */
@Controller('api/channels/:channel')
@UseFilters(ProblemFilter)
@UsePipes(QueryPipe)
export class ChannelsController {
  constructor(
    private readonly channels: ChannelsService,
    private readonly limit: PublicationLimit,
    private readonly door: Door,
    private readonly settings: Settings,
  ) {}

  /** 201 when something was appended, 200 when all of it had been before. */
  @Post('messages')
  @ForChannel('publish')
  async publish(
    @Param() { channel }: ChannelParams,
    @Body() body: unknown,
    @Headers('idempotency-key') header: string | undefined,
    @Caller() caller: CallerInfo,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<PublishAck | BatchAnswer> {
    const { maxPayload } = this.settings;
    const retryAfter = caller.identity.isGuest ? this.door.pass(request.raw) : 0;
    if (retryAfter > 0) throw new GatewayError('too_many_requests', undefined, { retryAfter });
    const { isBatch, publications } = await readPublications(body, { caller, header, maxPayload });
    // Keys are of backends, for whose users RATE_LIMIT is not meant.
    if (!caller.hasKey) publications.forEach(() => this.limit.admit(caller.identity.user.id, channel));
    // All in one turn: they become durable together.
    const outcomes = await Promise.allSettled(
      publications.map((publication) => this.channels.publish(channel, publication)),
    );
    const results = isBatch ? answersOf(outcomes) : [];
    const answers = outcomes.map((outcome) => {
      if (outcome.status === 'fulfilled') return outcome.value;
      const problem = problemOf(outcome.reason);
      throw problem.status === 500
        ? outcome.reason
        : new ApiProblem({ ...problem, ...(isBatch && { members: { results } }) });
    });
    reply.code(answers.every(({ duplicate }) => duplicate) ? 200 : 201);
    const [first] = answers;
    return isBatch || !first ? { results: answers } : first;
  }

  /** A piece of the past, as the ack of `history`. */
  @Get('messages')
  @ForChannel('history')
  async history(
    @Param() { channel }: ChannelParams,
    @Query() { before, after, limit }: HistoryQuery,
  ): Promise<HistoryAck> {
    const range = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
    return this.channels.history({ channel, ...range, ...(limit !== undefined && { limit }) });
  }

  /** Who is there, as the ack of `presence`. */
  @Get('presence')
  @ForChannel('presence')
  async presence(@Param() { channel }: ChannelParams): Promise<PresenceAck> {
    return this.channels.present(channel);
  }
}

/** What became of each message of a batch of which some could not be appended. */
function answersOf(outcomes: readonly PromiseSettledResult<PublishAck>[]): readonly object[] {
  return outcomes.map((outcome) => {
    if (outcome.status === 'fulfilled') return outcome.value;
    const { code, message } = toGatewayError(outcome.reason).data;
    return { code, detail: message };
  });
}
