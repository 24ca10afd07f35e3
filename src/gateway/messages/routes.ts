/**
 * Which handlers there are for which event. Nest hands over the handlers anew for each socket; what they are for is the same
 * for all sockets of a path, and is kept once however many connect.
 */
import type { WsMessageHandler } from '@nestjs/common';

/** A handler as Nest binds it to a socket: with guards, pipes, interceptors and filters around it. */
export type Handler = WsMessageHandler['callback'];

/** What a handler is for. */
export interface Route {
  readonly event: string;
  /** Whether it takes `@Ack()` and answers by itself. */
  readonly byHand: boolean;
}

/** Before the first gateway has brought its handlers. */
export const NO_ROUTES: readonly Route[] = [];

const lists = new WeakMap<readonly Route[], Map<string, readonly Route[]>>();

/** The routes `before` with those of another gateway behind them. The same list for the same routes. */
export function withRoutes(before: readonly Route[], handlers: readonly WsMessageHandler[]): readonly Route[] {
  const added = handlers.map(({ message, isAckHandledManually }) => ({ event: message, byHand: isAckHandledManually }));
  const key = JSON.stringify(added);
  const longer = lists.get(before) ?? new Map<string, readonly Route[]>();
  const routes = longer.get(key) ?? [...before, ...added];
  lists.set(before, longer.set(key, routes));
  return routes;
}
