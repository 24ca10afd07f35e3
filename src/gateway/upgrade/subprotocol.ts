/**
 * Choosing a subprotocol (RFC 6455 section 4.2.2) where one of those that are offered may be a token: `bearer.<token>`.
 */
import type { ServerOptions } from 'ws';
import { BEARER_PROTOCOL } from '../../protocol/events.ts';

type Choose = NonNullable<ServerOptions['handleProtocols']>;

/**
 * A gateway's own way to choose, or that of ws (the first), which tokens are kept from. A token that is offered alone is chosen
 * nevertheless: a browser hangs up on a server that chooses none.
 */
export function withoutTokens(choose: Choose = first): Choose {
  return (offered, request) => {
    const others = new Set([...offered].filter((name) => !name.startsWith(BEARER_PROTOCOL)));
    return others.size === 0 ? first(offered) : choose(others, request);
  };
}

function first(offered: Set<string>): string | false {
  return offered.values().next().value ?? false;
}
