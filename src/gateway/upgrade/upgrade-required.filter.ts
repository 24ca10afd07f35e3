/**
 * A plain request to a path that only a gateway serves is told to upgrade (426) rather than that nothing is there.
 * What a controller says by a NotFoundException of its own is left as it is.
 */
import { Catch, NotFoundException } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import { Endpoints } from './endpoints.ts';
import { pathOf } from './handshake.ts';
import { METHOD_NOT_ALLOWED, NOT_FOUND, problemBody, PROBLEM_TYPE, UPGRADE_REQUIRED } from './problem.ts';
import type { Problem } from './problem.ts';
import { REQUEST_ID, requestIdOf } from './request-id.ts';

/** Answers every request that no route took. */
@Catch(NotFoundException)
export class UpgradeRequiredFilter extends BaseExceptionFilter {
  constructor(
    private readonly http: HttpAdapterHost,
    private readonly endpoints: Endpoints,
  ) {
    super(http.httpAdapter);
  }

  override catch(exception: NotFoundException, host: ArgumentsHost): void {
    const { httpAdapter } = this.http;
    const response: unknown = host.switchToHttp().getResponse();
    const request = host.switchToHttp().getRequest<{ readonly raw: IncomingMessage }>().raw;
    if (exception.message !== `Cannot ${request.method} ${request.url}`) {
      // oxlint-disable-next-line promise/valid-params -- it is no promise's
      super.catch(exception, host);
      return;
    }
    const problem = this.problemOf(request);
    const requestId = requestIdOf(request);
    const headers = { ...problem.headers, 'Content-Type': PROBLEM_TYPE, [REQUEST_ID]: requestId };
    for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, JSON.stringify(problemBody(problem, requestId)), problem.status);
  }

  private problemOf(request: IncomingMessage): Problem {
    if (!this.endpoints.at(pathOf(request))) return NOT_FOUND;
    return request.method === 'GET' || request.method === 'HEAD' ? UPGRADE_REQUIRED : METHOD_NOT_ALLOWED;
  }
}
