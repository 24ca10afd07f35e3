/**
 * The fallback of the client library: where no WebSocket gets through, it goes on over HTTP until one does. An entry of its
 * own, so that who never needs it does not carry it; what speaks HTTP is loaded when it is first needed.
 */
import type { Fallback } from './connection/socket.ts';
import { Detour } from './fallback/detour.ts';

/** A way around networks that break WebSockets, for `new Belfry(url, { fallback: httpFallback() })`. */
export function httpFallback(): Fallback {
  return (websocket) =>
    new Detour(websocket, async () => {
      const { HttpSocket } = await import('./fallback/http-socket.ts');
      return (address) => new HttpSocket(address);
    });
}
