import { mayComeBack } from '../../../src/protocol/close-codes.ts';
import type { Socket } from '../connection/socket.ts';

/** Who hears what becomes of a socket. */
export interface Watcher {
  /** The server said something: this way leads to it. */
  readonly reached: () => void;
  /** It closed, or was given up, before that; not because the server asked to stay away. */
  readonly failed: () => void;
  /** It is over, in whatever way. Comes once. */
  readonly gone: () => void;
}

/** A socket whose fate somebody else watches. What it hears before anybody listens is kept for the first who does. */
export class WatchedSocket implements Socket {
  readonly via?: 'http';
  readonly #socket: Socket;
  readonly #watcher: Watcher;
  readonly #early: Array<{ readonly data: unknown }> = [];
  #listener: ((event: { readonly data: unknown }) => void) | undefined;
  #isReached = false;
  #isGone = false;

  constructor(socket: Socket, watcher: Watcher) {
    this.#socket = socket;
    this.#watcher = watcher;
    if (socket.via) this.via = socket.via;
    socket.addEventListener('message', (event) => this.#heard(event));
    socket.addEventListener('close', ({ code }) => this.#ended(mayComeBack(code)));
    socket.addEventListener('error', () => undefined);
  }

  /** As WebSocket's, for one listener of messages. */
  addEventListener(type: 'message' | 'close' | 'error', listener: (event: never) => void): void {
    if (type !== 'message') return this.#socket.addEventListener(type as 'close', listener as never);
    this.#listener = listener as (event: { readonly data: unknown }) => void;
    queueMicrotask(() => {
      for (const event of this.#early.splice(0)) this.#listener?.(event);
    });
  }

  /** As WebSocket's. */
  send(frame: string): void {
    this.#socket.send(frame);
  }

  /** As WebSocket's: nobody wants it any more. */
  close(code?: number): void {
    this.#ended(false);
    this.#socket.close(code);
  }

  /** Nobody believes in it any more. */
  terminate(): void {
    this.#ended(true);
    if (this.#socket.terminate) this.#socket.terminate();
    else this.#socket.close(1000);
  }

  #heard(event: { readonly data: unknown }): void {
    if (this.#listener) this.#listener(event);
    else this.#early.push(event);
    if (this.#isReached) return;
    this.#isReached = true;
    this.#watcher.reached();
  }

  #ended(isFailure: boolean): void {
    if (this.#isGone) return;
    this.#isGone = true;
    if (isFailure && !this.#isReached) this.#watcher.failed();
    this.#watcher.gone();
  }
}
