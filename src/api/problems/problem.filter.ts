/**
 * Answers whatever fails below /api with a problem document: what our handlers throw, and what Fastify refuses before them.
 * Everywhere else things stay as they are.
 */
import { Catch, Logger } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { describe } from '../../gateway/messages/gateway-error.ts';
import { pathOf } from '../../gateway/upgrade/handshake.ts';
import { problemBody, PROBLEM_TYPE } from '../../gateway/upgrade/problem.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import { problemOf } from './api-problem.ts';

/** For all routes; it looks at the path itself, since what Fastify refuses has no route. */
@Catch()
export class ProblemFilter extends BaseExceptionFilter {
  private readonly logger = new Logger('API');

  override catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<HttpRequest>();
    if (!/^\/api(?:\/|$)/.test(pathOf(request.raw))) {
      // oxlint-disable-next-line promise/valid-params -- it is the method of a filter
      super.catch(exception, host);
      return;
    }
    const problem = problemOf(exception);
    if (problem.status === 500) this.logger.error(`a request failed: ${describe(exception)}`);
    const reply = host.switchToHttp().getResponse<HttpReply>();
    // A stream that has begun has said its last word already.
    if (reply.sent) return;
    void reply
      .code(problem.status)
      .headers({ 'Cache-Control': 'no-store', ...problem.headers, 'Content-Type': PROBLEM_TYPE })
      .send(JSON.stringify(problemBody(problem)));
  }
}
