/**
 * Which channels there are, for operators.
 */
import { Controller, Get, Query, UsePipes, UseFilters } from '@nestjs/common';
import { ChannelsService } from '../../channels/channels.service.ts';
import type { ChannelInfo } from '../../channels/channels.service.ts';
import { ForOperators } from '../callers/caller.guard.ts';
import { ProblemFilter } from '../problems/problem.filter.ts';
import { QueryPipe } from '../query.pipe.ts';
import { ChannelsQuery } from './dto/channels.query.ts';

/** Channels of a piece when no limit is asked for. */
const DEFAULT_LIMIT = 100;

/** A piece of the list. */
export interface ChannelsAnswer {
  readonly channels: readonly ChannelInfo[];
  /** What to ask for as `after` for the next piece; without it this was the last. */
  readonly next?: string;
}

/** Serves `/api/channels`. */
@Controller('api/channels')
@UseFilters(ProblemFilter)
@UsePipes(QueryPipe)
export class ChannelsListController {
  constructor(private readonly channels: ChannelsService) {}

  @Get()
  @ForOperators()
  async list(@Query() { after, limit = DEFAULT_LIMIT }: ChannelsQuery): Promise<ChannelsAnswer> {
    const channels = await this.channels.list({ limit, ...(after !== undefined && { after }) });
    const last = channels.length < limit ? undefined : channels.at(-1);
    return { channels, ...(last && { next: last.channel }) };
  }
}
