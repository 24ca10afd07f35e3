/**
 * Answers whatever a route of the HTTP interface throws with a problem document. What Fastify refuses before any route is asked has
 * one of the floor's.
 */
import { Catch, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { describe } from '../../gateway/messages/gateway-error.ts';
import { problemBody, PROBLEM_TYPE } from '../../gateway/upgrade/problem.ts';
import type { HttpReply } from '../http.ts';
import { problemOf } from './api-problem.ts';

/** For controllers: `@UseFilters(ProblemFilter)`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('API');

  catch(exception: unknown, host: ArgumentsHost): void {
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
