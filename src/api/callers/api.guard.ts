/**
 * Stands before every route of the HTTP interface: who is it, and may it do that? What a route asks for is said beside it,
 * by `@ForChannel('publish')`, `@ForOperators()` or `@ForEverybody()`; a route that says nothing is for nobody.
 */
import { applyDecorators, Injectable, SetMetadata, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { allows } from './allows.ts';
import { Origins } from '../../gateway/limits/origins.ts';
import { GatewayError } from '../../gateway/messages/gateway-error.ts';
import { problemOfStatus } from '../../gateway/upgrade/problem.ts';
import type { Identity } from '../../gateway/upgrade/identity.ts';
import type { Action } from '../../protocol/permissions.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import { noteCaller } from './caller.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { Callers } from './callers.ts';

const ASKS_FOR = 'belfry:api:asks-for';

const JSON_TYPE = /^application\/json *(?:;|$)/i;

type Asked = Action | 'operator' | 'identity';

/** For whoever may do this in the channel that the path names. */
export function ForChannel(action: Action): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ASKS_FOR, action), UseGuards(ApiGuard));
}

/** For keys and tokens of operators. */
export function ForOperators(): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ASKS_FOR, 'operator'), UseGuards(ApiGuard));
}

/** For whoever says who it is. */
export function ForEverybody(): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ASKS_FOR, 'identity'), UseGuards(ApiGuard));
}

/** The guard behind all of them. */
@Injectable()
class ApiGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: Callers,
    private readonly origins: Origins,
  ) {}

  /**
   * @throws ApiProblem when it is not known who it is
   * @throws GatewayError `forbidden` when it may not
   */
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
    const asked = this.reflector.getAllAndOverride<Asked | undefined>(ASKS_FOR, [
      context.getHandler(),
      context.getClass(),
    ]);
    const caller = await this.callers.identify(request, asked !== 'operator');
    const { identity } = caller;
    if (!mayDo(identity, asked, request.params['channel'])) {
      throw new GatewayError('forbidden', REFUSALS[asked ?? 'operator']);
    }
    noteCaller(request, caller);
    return true;
  }
}

function mayDo(identity: Identity, asked: Asked | undefined, channel = ''): boolean {
  switch (asked) {
    case undefined:
      return false;
    case 'identity':
      return true;
    case 'operator':
      return identity.isAdmin;
    case 'join':
    case 'publish':
    case 'history':
    case 'presence':
      return allows(identity, asked, channel);
    default:
      return asked satisfies never;
  }
}

const REFUSALS: Readonly<Record<Asked, string>> = {
  join: 'You may not hear this channel.',
  publish: 'You may not say anything in this channel.',
  history: 'You may not read the past of this channel.',
  presence: 'You may not ask who is in this channel.',
  identity: 'You may not be here.',
  operator: 'This is for operators: use an API key that is not narrowed, or a token with the claim admin.',
};
