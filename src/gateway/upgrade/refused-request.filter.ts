/**
 * A request that breaks off before it was whole. Nest takes that for a defect, and logs it as an error with its stack: any client
 * could fill the log. It is a client's doing, and leaves nothing there.
 */
import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { problemBody, PROBLEM_TYPE } from './problem.ts';

const BAD_REQUEST = { status: 400, code: 'bad_request', detail: 'The request is not whole.' };

/** Leaves everything else to Nest. */
@Catch()
export class RefusedRequestFilter extends BaseExceptionFilter {
  constructor(private readonly http: HttpAdapterHost) {
    super(http.httpAdapter);
  }

  override catch(exception: unknown, host: ArgumentsHost): void {
    if (!isOfTheClient(exception)) {
      // oxlint-disable-next-line promise/valid-params -- it is the method of a filter
      super.catch(exception, host);
      return;
    }
    const { httpAdapter } = this.http;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) return;
    httpAdapter.setHeader(response, 'Content-Type', PROBLEM_TYPE);
    httpAdapter.reply(response, JSON.stringify(problemBody(BAD_REQUEST)), BAD_REQUEST.status);
  }
}

/** Fastify gives such errors a status of the 4xx. What handlers throw are HttpExceptions, or defects. */
function isOfTheClient(exception: unknown): boolean {
  if (!(exception instanceof Error) || exception instanceof HttpException || !('statusCode' in exception)) return false;
  return Number(exception.statusCode) >= 400 && Number(exception.statusCode) < 500;
}
