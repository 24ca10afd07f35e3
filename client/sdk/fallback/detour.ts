import { isOffline } from '../connection/network.ts';
import type { Dialler, Socket, WebSocketDialler } from '../connection/socket.ts';
import { browser } from '../browser.ts';
import { watchTimer } from '../connection/timer.ts';
import type { Address } from './http-api.ts';
import { WatchedSocket } from './watched-socket.ts';

/** WebSockets that fail in a row before it is tried without them. */
const ENOUGH = 2;

/** How long it goes on over HTTP before a WebSocket is tried beside it, at first and at most, in ms. */
const FIRST = 60_000;
const LONGEST = 600_000;

/** How long such a try may take, in ms. */
const PATIENCE = 10_000;

/** Dials something that is no WebSocket. */
export type HttpDial = (address: Address) => Socket;

/**
 * The way around a network that lets no WebSocket through, and back.
 *
 * Every dial is a WebSocket until two in a row failed before the server said anything; then one is HTTP. While that
 * lasts, a WebSocket is tried beside it from time to time, and the line changes over once the server has answered it.
 * If HTTP fails, too, nobody knows what is to blame: the dials take turns.
 */
export class Detour implements Dialler {
  readonly #websocket: WebSocketDialler;
  readonly #load: () => Promise<HttpDial>;
  #http: HttpDial | undefined;
  #failures = 0;
  /** A WebSocket that got through beside HTTP. */
  #found: Socket | undefined;
  #wait = FIRST;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #trial: Socket | undefined;
  /** Ends with the socket over HTTP. */
  #life: AbortController | undefined;

  /** @param load gets what dials HTTP, when it is first needed */
  constructor(websocket: WebSocketDialler, load: () => Promise<HttpDial>) {
    this.#websocket = websocket;
    this.#load = load;
  }

  /** Gets a token, and what dials HTTP if it is to be HTTP. */
  prepare(): Promise<unknown> | undefined {
    if (this.#found) return undefined;
    const token = this.#websocket.prepare();
    return this.#isDetour && !this.#http ? Promise.all([token, this.#loaded()]) : token;
  }

  /** Dials. */
  open(): Socket {
    const found = this.#found;
    this.#found = undefined;
    if (found) return found;
    if (this.#isDetour && this.#http) return this.#dialHttp(this.#http);
    return new WatchedSocket(this.#websocket.open(), {
      reached: () => this.#through(),
      failed: () => this.#failed(),
      gone: () => undefined,
    });
  }

  get #isDetour(): boolean {
    return this.#failures >= ENOUGH;
  }

  async #loaded(): Promise<void> {
    try {
      this.#http = await this.#load();
    } catch (error) {
      this.#takeTurns();
      throw error;
    }
  }

  #dialHttp(dial: HttpDial): Socket {
    return new WatchedSocket(dial(this.#websocket), {
      reached: () => this.#start(),
      failed: () => this.#takeTurns(),
      gone: () => this.#stop(),
    });
  }

  /** A device without a network says nothing about what the network lets through. */
  #failed(): void {
    if (!isOffline()) this.#failures += 1;
  }

  #through(): void {
    this.#failures = 0;
    this.#wait = FIRST;
  }

  #takeTurns(): void {
    this.#failures = ENOUGH - 1;
  }

  #start(): void {
    this.#life = new AbortController();
    // It may be another network.
    browser.addEventListener?.('online', () => this.#tryNow(), this.#life);
    this.#tryLater();
  }

  #stop(): void {
    this.#life?.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#trial?.close(1000);
  }

  /** Not all at once, after a network has come back for everybody. */
  #tryLater(): void {
    clearTimeout(this.#timer);
    this.#timer = watchTimer(() => void this.#try(), this.#wait * (0.75 + Math.random() / 2));
    this.#wait = Math.min(LONGEST, 2 * this.#wait);
  }

  #tryNow(): void {
    this.#wait = FIRST;
    if (!this.#trial) void this.#try();
  }

  async #try(): Promise<void> {
    this.#tryLater();
    const timer = this.#timer;
    const failed = await this.#websocket.prepare()?.catch(() => true);
    if (failed === true || this.#timer !== timer) return;
    const patience = watchTimer(() => trial.terminate(), PATIENCE);
    const trial: WatchedSocket = new WatchedSocket(this.#websocket.open(), {
      reached: () => {
        clearTimeout(patience);
        this.#changeOver(trial);
      },
      failed: () => undefined,
      gone: () => {
        clearTimeout(patience);
        if (this.#trial === trial) this.#trial = undefined;
      },
    });
    this.#trial = trial;
  }

  #changeOver(found: Socket): void {
    this.#through();
    this.#trial = undefined;
    this.#found = found;
    this.#websocket.redial();
    // Nobody wants a line any more.
    this.#found?.close(1000);
    this.#found = undefined;
  }
}
