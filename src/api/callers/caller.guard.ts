/**
 * Stands before every route of the HTTP interface: who is it, and may it do that? What a route asks for is said beside it,
 * by `@ForChannel('publish')`, `@ForOperators()` or `@ForEverybody()`. What is allowed in channels is decided by `@Allow`, as in gateways.
 */
import { applyDecorators, Injectable, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Allow } from '../../access/allow.decorator.ts';
import { Origins } from '../../gateway/limits/origins.ts';
import { GatewayError } from '../../gateway/messages/gateway-error.ts';
import { problemOfStatus } from '../../gateway/upgrade/problem.ts';
import type { Action } from '../../protocol/permissions.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { Callers } from './callers.ts';

const JSON_TYPE = /^application\/json *(?:;|$)/i;

/** For whoever may do this in the channel that the path names. */
export function ForChannel(action: Action): MethodDecorator & ClassDecorator {
  return applyDecorators(UseGuards(CallerGuard), Allow(action));
}

/** For keys and tokens of operators. */
export function ForOperators(): MethodDecorator & ClassDecorator {
  return applyDecorators(UseGuards(CallerGuard, OperatorGuard));
}

/** For whoever says who it is. */
export function ForEverybody(): MethodDecorator & ClassDecorator {
  return applyDecorators(UseGuards(CallerGuard));
}

/** Finds out who it is. */
@Injectable()
class CallerGuard implements CanActivate {
  constructor(
    private readonly callers: Callers,
    private readonly origins: Origins,
  ) {}

  /** @throws ApiProblem when it is not known who it is */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    http.getResponse<HttpReply>().header('Cache-Control', 'no-store');
    const problem = this.origins.problem(request.raw);
    if (problem) throw new ApiProblem(problem);
    // What a form of a page could send would be a request that no page has to ask for.
    if (request.method === 'POST' && !JSON_TYPE.test(request.raw.headers['content-type'] ?? '')) {
      throw new ApiProblem(problemOfStatus(415));
    }
    Object.assign(request, await this.callers.identify(request));
    return true;
  }
}

/** Lets operators by. */
@Injectable()
class OperatorGuard implements CanActivate {
  constructor(private readonly callers: Callers) {}

  /**
   * @throws ApiProblem for a guest, who is told how to prove to be more
   * @throws GatewayError `forbidden`
   */
  canActivate(context: ExecutionContext): boolean {
    const { identity } = context.switchToHttp().getRequest<HttpRequest>();
    if (!identity || identity.isGuest) throw this.callers.unknown();
    if (identity.isAdmin) return true;
    throw new GatewayError(
      'forbidden',
      'This is for operators: use an API key that is not narrowed, or a token with the claim admin.',
    );
  }
}
