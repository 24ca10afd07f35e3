/** What the library needs of a WebSocket: the browser's, Node's (22 and later), or that of the package `ws`. */
export interface Socket {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
  addEventListener(type: 'error', listener: () => void): void;
  send(frame: string): void;
  close(code?: number): void;
  /** Ends it without a closing handshake; `ws` has it and browsers don't. */
  terminate?(): void;
  /** What carries it; a WebSocket when left out. */
  readonly via?: 'http';
}

/** A class of WebSockets, as `globalThis.WebSocket` is one. */
export type SocketClass = new (url: string, protocols: string | string[]) => Socket;

/** How a line gets its sockets. */
export interface Dialler {
  /** Gets what {@link open} needs, if anything. Rejects when that failed and is to be tried again later. */
  prepare(): Promise<unknown> | undefined;
  /**
   * Dials.
   *
   * @throws Error when that can never succeed
   */
  open(): Socket;
}

/** Dials WebSockets, and knows what a {@link Fallback} has to know besides. */
export interface WebSocketDialler extends Dialler {
  /** What it dials; the query, who a guest is, may change between two dials. */
  readonly url: URL;
  /** The newest token. */
  readonly token: () => string | undefined;
  /** Makes the line dial again now, if it is up or coming. */
  readonly redial: () => void;
}

/** Another way to the server where no WebSocket gets through: `httpFallback()`, from the entry `fallback.ts`. */
export type Fallback = (websocket: WebSocketDialler) => Dialler;
