/**
 * What a WebSocket is told first, for clients that have none: whether they are let in, and as whom.
 */
import { Controller, Get, UseFilters } from '@nestjs/common';
import { validityOf } from '../gateway/upgrade/identity.ts';
import type { WelcomeData } from '../protocol/events.ts';
import { Settings } from '../settings/settings.ts';
import { ForEverybody } from './callers/caller.guard.ts';
import { Caller } from './callers/caller.ts';
import type { CallerInfo } from './callers/caller.ts';
import { ProblemFilter } from './problems/problem.filter.ts';

/** As the first frame of `/ws`, but that there is no connection. */
export type WelcomeAnswer = Omit<WelcomeData, 'connection'>;

/** Serves `/api/welcome`. */
@Controller('api/welcome')
@UseFilters(ProblemFilter)
export class WelcomeController {
  constructor(private readonly settings: Settings) {}

  @Get()
  @ForEverybody()
  welcome(@Caller() { identity }: CallerInfo): WelcomeAnswer {
    const { heartbeatInterval: interval, heartbeatTimeout: timeout, maxPayload, maxChannels } = this.settings;
    return {
      user: identity.user,
      ...validityOf(identity),
      heartbeat: { interval, timeout },
      limits: { payload: maxPayload, channels: maxChannels },
    };
  }
}
