/**
 * A plain request to a path that only a gateway serves is told to upgrade (426) rather than that nothing is there.
 */
import { Catch, NotFoundException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import { Endpoints } from './endpoints.ts';
import { pathOf } from './handshake.ts';
import { METHOD_NOT_ALLOWED, NOT_FOUND, problemBody, PROBLEM_TYPE, UPGRADE_REQUIRED } from './problem.ts';
import type { Problem } from './problem.ts';

/** Answers every request that no route took. */
@Catch(NotFoundException)
export class UpgradeRequiredFilter implements ExceptionFilter {
  constructor(
    private readonly http: HttpAdapterHost,
    private readonly endpoints: Endpoints,
  ) {}

  catch(_exception: NotFoundException, host: ArgumentsHost): void {
    const { httpAdapter } = this.http;
    const response: unknown = host.switchToHttp().getResponse();
    const request = host.switchToHttp().getRequest<IncomingMessage>();
    const problem = this.problemOf(request);
    const headers = { ...problem.headers, 'Content-Type': PROBLEM_TYPE };
    for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, JSON.stringify(problemBody(problem)), problem.status);
  }

  private problemOf(request: IncomingMessage): Problem {
    if (!this.endpoints.at(pathOf(request))) return NOT_FOUND;
    return request.method === 'GET' || request.method === 'HEAD' ? UPGRADE_REQUIRED : METHOD_NOT_ALLOWED;
  }
}
