/**
 * Who sent a request to the HTTP interface. A handler takes it as `@Caller() caller: CallerInfo`; the guard has found it out before.
 */
import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Identity } from '../../gateway/upgrade/identity.ts';
import type { HttpRequest } from '../http.ts';
import { ApiProblem } from '../problems/api-problem.ts';

/** Who it is, and by what. */
export interface CallerInfo {
  readonly identity: Identity;
  /** An API key, a token, or a guest's own secret. */
  readonly by: 'key' | 'token' | 'secret';
}

const callers = new WeakMap<IncomingMessage, CallerInfo>();

/** Notes who sent a request. */
export function noteCaller(request: HttpRequest, caller: CallerInfo): void {
  callers.set(request.raw, caller);
}

/** The parameter of a handler behind `ApiGuard`. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): CallerInfo => {
  const caller = callers.get(context.switchToHttp().getRequest<HttpRequest>().raw);
  // Only a route without the guard gets here.
  if (!caller) throw new ApiProblem({ status: 401, code: 'unauthorized', detail: 'It is not known who you are.' });
  return caller;
});
