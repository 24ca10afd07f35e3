import type { SocketClass } from './connection/socket.ts';

/** The parts of a browser that the library uses where there is one. Node has none of them, a worker not all. */
export interface BrowserGlobals {
  readonly addEventListener?: EventTarget['addEventListener'];
  readonly document?: EventTarget & { readonly visibilityState: string };
  readonly location?: { readonly href: string };
  readonly navigator?: { readonly onLine?: boolean };
  readonly WebSocket?: SocketClass;
}

/** The global object as far as we know it: the library is also compiled without the types of the DOM. */
export const browser = globalThis as unknown as BrowserGlobals;
