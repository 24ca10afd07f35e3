import { mayComeBack } from '../../../src/protocol/close-codes.ts';
import type { Envelope } from '../../../src/protocol/events.ts';
import { backoff } from './backoff.ts';
import type { ConnectionState, Departure } from './connection-state.ts';
import { Liveness } from './liveness.ts';
import { readFrame } from './server-frame.ts';
import type { ServerFrame } from './server-frame.ts';
import type { Socket, Surroundings } from './socket.ts';

/** How long an attempt may take from the dial to being in the channel, in ms. */
const PATIENCE = 10_000;

/** A connection that lasted this long was a good one: the next break begins with short waits again; in ms. */
const STEADY = 5_000;

/** Who hears from a {@link Connection}. */
export interface ConnectionListener {
  /** The state is another one now. */
  readonly stateChanged: (state: ConnectionState) => void;
  /** A frame came. */
  readonly received: (frame: ServerFrame) => void;
  /** The socket is gone, on purpose or not; whatever was asked over it stays unanswered. Comes before `stateChanged`. */
  readonly lost: () => void;
}

/**
 * A line to the server that comes back by itself. It knows sockets and time, no channels and no DOM.
 *
 * One socket is in use at most, and a socket that was let go is never heard again. After a break it tries again with
 * growing, random waits until it is told to stop: by hand, or by the server with a close code of 4500-4999.
 */
export class Connection {
  readonly #world: Surroundings;
  readonly #listener: ConnectionListener;
  readonly #liveness = new Liveness({
    ping: () => this.send({ event: 'ping' }),
    dead: () => this.retry(),
  });
  #state: ConnectionState = { kind: 'disconnected', because: { by: 'hand' } };
  #socket: { readonly line: Socket; readonly life: AbortController } | undefined;
  /** Guards the attempt while connecting, ends the wait while waiting. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #connectedAt: number | undefined;

  constructor(world: Surroundings, listener: ConnectionListener) {
    this.#world = world;
    this.#listener = listener;
  }

  /** Where it stands. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** Connect now: the first time, after a disconnect by hand, or instead of waiting any longer. */
  connect(): void {
    if (this.#state.kind === 'waiting' || this.#state.kind === 'disconnected') this.#dial();
  }

  /** Disconnect, and stay away until {@link connect}. */
  disconnect(): void {
    this.#stop({ by: 'hand' });
  }

  /** Stay away because the server said so in a frame rather than with a close code. */
  giveUp(reason: string): void {
    this.#stop({ by: 'server', reason });
  }

  /** Change sockets: what the server should know of us is different now. Does nothing while disconnected. */
  redial(): void {
    if (this.#state.kind !== 'disconnected') this.#dial();
  }

  /** The browser is online or visible again: come back at once if the line is down, make sure if it seems to be up. */
  wake(): void {
    if (this.#state.kind === 'waiting') this.#dial();
    else this.doubt();
  }

  /** The network is said to have changed: find out now whether the line survived it. */
  doubt(): void {
    if (this.#state.kind === 'connected') this.#liveness.probe();
  }

  /** Sends a frame, if there is a socket to send it over. Only after the server's welcome. */
  send(frame: Envelope): void {
    this.#socket?.line.send(JSON.stringify(frame));
  }

  /** All that belongs to coming back is done; from here on the state is `connected`. */
  established(): void {
    clearTimeout(this.#timer);
    this.#connectedAt = Date.now();
    this.#become({ kind: 'connected' });
  }

  /** Let the line go and come back after a while. */
  retry(): void {
    this.#letGo();
    const wasSteady = this.#connectedAt !== undefined && Date.now() - this.#connectedAt >= STEADY;
    this.#connectedAt = undefined;
    if (wasSteady) this.#attempt = 0;
    const wait = backoff(this.#attempt++, this.#world.random);
    this.#timer = setTimeout(() => this.#dial(), wait);
    this.#become({ kind: 'waiting', until: Date.now() + wait });
  }

  #dial(): void {
    this.#letGo();
    const life = new AbortController();
    const line = this.#world.open();
    this.#socket = { line, life };
    // A failed attempt has an `error` event too, which tells nothing that the `close` after it does not.
    line.addEventListener('message', (event) => this.#heard(event.data), { signal: life.signal });
    line.addEventListener('close', (event) => this.#closed(event.code, event.reason), { signal: life.signal });
    this.#timer = setTimeout(() => this.retry(), PATIENCE);
    this.#become({ kind: 'connecting' });
  }

  #heard(raw: unknown): void {
    this.#liveness.heard();
    const frame = readFrame(raw);
    if (!frame) return;
    if (frame.event === 'welcome') this.#liveness.start(frame.data.heartbeat);
    this.#listener.received(frame);
  }

  #closed(code: number, reason: string): void {
    if (mayComeBack(code)) this.retry();
    else this.giveUp(reason || String(code));
  }

  #stop(because: Departure): void {
    this.#letGo();
    this.#attempt = 0;
    this.#connectedAt = undefined;
    this.#become({ kind: 'disconnected', because });
  }

  /** Forgets the socket without waiting for its `close`, which on a dead line comes minutes later. */
  #letGo(): void {
    clearTimeout(this.#timer);
    this.#liveness.stop();
    if (!this.#socket) return;
    const { line, life } = this.#socket;
    this.#socket = undefined;
    life.abort();
    line.close(1000);
    this.#listener.lost();
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#listener.stateChanged(state);
  }
}
