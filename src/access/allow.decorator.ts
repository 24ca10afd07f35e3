/**
 * `@Allow('publish')` on a handler, or on a whole gateway or controller: whoever may not do that in the channel that it is about
 * gets `forbidden`, and the handler hears nothing of it.
 */
import { ForbiddenException, UnauthorizedException, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { connectionOf } from '../gateway/connection.ts';
import { isObject } from '../gateway/messages/json.ts';
import { GatewayError } from '../gateway/messages/gateway-error.ts';
import type { Identity } from '../gateway/upgrade/identity.ts';
import type { Action } from '../protocol/permissions.ts';
import { allows } from './permissions.ts';

/** A request over HTTP whose sender has been identified: whoever does that, in a guard before this one, sets `identity`. */
export interface IdentifiedRequest {
  identity?: Identity;
}

/**
 * Allows a handler to those who may do `action`.
 * In a gateway the channel is `channel` of the message's data, in a controller the parameter `channel` of the route. Where that is
 * no text, only who may do it in every channel gets by.
 *
 * @param channel names it, where it is always the same
 */
export function Allow(action: Action, channel?: string): ClassDecorator & MethodDecorator {
  return UseGuards(new AllowGuard(action, channel));
}

class AllowGuard implements CanActivate {
  constructor(
    private readonly action: Action,
    private readonly channel: string | undefined,
  ) {}

  /**
   * @throws GatewayError `forbidden`, in a gateway
   * @throws UnauthorizedException or ForbiddenException, in a controller
   */
  canActivate(context: ExecutionContext): boolean {
    return context.getType() === 'ws' ? this.inGateway(context) : this.inController(context);
  }

  private inGateway(context: ExecutionContext): boolean {
    const ws = context.switchToWs();
    const { identity } = connectionOf(ws.getClient<WebSocket>());
    if (!this.allowed(identity, ws.getData<unknown>())) throw new GatewayError('forbidden', this.sentence());
    return true;
  }

  private inController(context: ExecutionContext): boolean {
    const { identity, params } = context.switchToHttp().getRequest<IdentifiedRequest & { readonly params?: unknown }>();
    if (!identity) throw new UnauthorizedException('Say who you are.');
    if (!this.allowed(identity, params)) throw new ForbiddenException(this.sentence());
    return true;
  }

  private allowed(identity: Identity, named: unknown): boolean {
    const channel = this.channel ?? (isObject(named) ? named['channel'] : undefined);
    return allows(identity, this.action, typeof channel === 'string' ? channel : '');
  }

  private sentence(): string {
    return `You are not allowed to ${SENTENCES[this.action]} this channel.`;
  }
}

const SENTENCES: Readonly<Record<Action, string>> = {
  join: 'join',
  publish: 'publish in',
  history: 'read the history of',
  presence: 'ask who is in',
};
