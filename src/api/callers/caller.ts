/**
 * Who sent a request to the HTTP interface. A handler takes it as `@Caller() caller: CallerInfo`; the guard has found it out before.
 */
import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Identity } from '../../gateway/upgrade/identity.ts';
import type { HttpRequest } from '../http.ts';
import { ApiProblem } from '../problems/api-problem.ts';

/** Who it is, and by what. */
export interface CallerInfo {
  readonly identity: Identity;
  /** Whether an API key says so; else a token, or a guest's own secret. */
  readonly hasKey: boolean;
}

/** The parameter of a handler behind `CallerGuard`. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): CallerInfo => {
  const { identity, hasKey = false } = context.switchToHttp().getRequest<HttpRequest>();
  // Only a route without the guard gets here.
  if (!identity) throw new ApiProblem({ status: 401, code: 'unauthorized', detail: 'It is not known who you are.' });
  return { identity, hasKey };
});
