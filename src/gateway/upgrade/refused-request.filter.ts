/**
 * What Fastify refuses before anything of ours is asked: a body that is no JSON or too large, a request that breaks off before it
 * was whole. Nest takes the latter for a defect, and logs it as an error with its stack: any client could fill the log. It is a
 * client's doing, and leaves nothing there.
 */
import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { problemBody, problemOfStatus, PROBLEM_TYPE } from './problem.ts';
import type { Problem } from './problem.ts';

const BAD_REQUEST = { status: 400, code: 'bad_request', detail: 'The request is not whole.' };

/** Leaves everything else to Nest. */
@Catch()
export class RefusedRequestFilter extends BaseExceptionFilter {
  constructor(private readonly http: HttpAdapterHost) {
    super(http.httpAdapter);
  }

  override catch(exception: unknown, host: ArgumentsHost): void {
    const problem = problemOf(exception);
    if (!problem) {
      // oxlint-disable-next-line promise/valid-params -- it is the method of a filter
      super.catch(exception, host);
      return;
    }
    const { httpAdapter } = this.http;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) return;
    httpAdapter.setHeader(response, 'Content-Type', PROBLEM_TYPE);
    httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
    httpAdapter.reply(response, JSON.stringify(problemBody(problem)), problem.status);
  }
}

/** Fastify gives such errors a status of the 4xx, and Nest puts most of them into an HttpException. What handlers throw are others. */
function problemOf(exception: unknown): Problem | undefined {
  if (exception instanceof HttpException) {
    return statusOf(exception.cause) === undefined ? undefined : problemOfStatus(exception.getStatus());
  }
  return statusOf(exception) === undefined ? undefined : BAD_REQUEST;
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || error instanceof HttpException || !('statusCode' in error)) return undefined;
  const status = Number(error.statusCode);
  return status >= 400 && status < 500 ? status : undefined;
}
