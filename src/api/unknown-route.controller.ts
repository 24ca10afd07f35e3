/**
 * Answers whatever below /api no route took: 405 with the methods that its path has, or 404.
 */
import { All, Controller, Req, Res, UseFilters } from '@nestjs/common';
import { pathOf } from '../gateway/upgrade/handshake.ts';
import { METHOD_NOT_ALLOWED, NOT_FOUND } from '../gateway/upgrade/problem.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import { ApiProblem } from './problems/api-problem.ts';
import { Routes } from './routes.ts';
import { ProblemFilter } from './problems/problem.filter.ts';

/** Serves what is left of `/api`. */
@Controller('api')
@UseFilters(ProblemFilter)
export class UnknownRouteController {
  constructor(private readonly routes: Routes) {}

  @All(['', '*'])
  nothing(@Req() request: HttpRequest, @Res({ passthrough: true }) reply: HttpReply): never {
    reply.header('Cache-Control', 'no-store');
    const methods = this.routes.methodsOf(pathOf(request.raw));
    if (methods.length === 0) throw new ApiProblem(NOT_FOUND);
    throw new ApiProblem({
      ...METHOD_NOT_ALLOWED,
      detail: `Only ${methods.join(' and ')} is answered at this path.`,
      headers: { Allow: methods.join(', ') },
    });
  }
}
