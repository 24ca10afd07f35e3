import { mayComeBack } from '../../../src/protocol/close-codes.ts';
import type { WelcomeData } from '../../../src/protocol/events.ts';
import { backoff, LONGEST_WAIT } from './backoff.ts';
import { type Frame, readFrame } from './frame.ts';
import { Liveness } from './liveness.ts';
import { isOffline, watchNetwork } from './network.ts';
import type { Dialler, Socket } from './socket.ts';
import type { State } from './state.ts';

/** How long an attempt may take to the server's welcome, with getting a token for it, in ms. */
const PATIENCE = 10_000;

/** A connection that lasted this long was a good one: the next break begins with short waits again; in ms. */
const STEADY = 1_000;

/** No slot that a goodbye gives is waited for longer than this, in ms: a timer beyond 2^31 ms would ring at once. */
const LONGEST_SLOT = 3_600_000;

/** Who hears from a {@link Line}. */
export interface LineListener {
  /** The state is another one now. */
  readonly stateChanged: (state: State) => void;
  /** The server's welcome came: requests may be sent from here on. Comes before the state `connected`. */
  readonly welcomed: (welcome: WelcomeData) => void;
  /** Any other frame came. */
  readonly received: (frame: Frame) => void;
  /** The socket is gone, on purpose or not; what was asked over it stays unanswered. Comes before the new state. */
  readonly lost: () => void;
}

/**
 * A line to the server that comes back by itself. It knows sockets and time, no channels and no requests.
 *
 * One socket is in use at most, and a socket that was let go is never heard again. After a break it tries again with
 * growing, random waits, or at the time that the server's goodbye gave it, until it is told to stop: by hand, or by the
 * server with a close code of 4500-4999.
 */
export class Line {
  readonly #dialler: Dialler;
  readonly #listener: LineListener;
  readonly #liveness = new Liveness({
    ping: () => this.send('{"event":"ping"}'),
    dead: () => this.#retry({ isDead: true }),
  });
  #state: State = { kind: 'idle' };
  #socket: Socket | undefined;
  /** The dial that counts, and what came of it. */
  #attempt: object | undefined;
  /** Guards the attempt while connecting, ends the wait while waiting. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unwatch: (() => void) | undefined;
  #failures = 0;
  #connectedAt: number | undefined;
  /** When to come back, as the server's goodbye said; in ms since 1970. */
  #slot: number | undefined;

  constructor(dialler: Dialler, listener: LineListener) {
    this.#dialler = dialler;
    this.#listener = listener;
  }

  /** Where it stands. */
  get state(): State {
    return this.#state;
  }

  /** Connect now: the first time, after a disconnect, or instead of waiting any longer. Does nothing once closed. */
  connect(): void {
    const { kind } = this.#state;
    if (kind !== 'connecting' && kind !== 'connected' && kind !== 'closed') this.#dial();
  }

  /** Change sockets: what the server should know of us is different now. Does nothing while not connected or coming. */
  reconnect(): void {
    if (this.#unwatch) this.#dial();
  }

  /** Let the line go and stay away: `idle` until {@link connect}, `closed` for good. */
  rest(kind: 'idle' | 'closed'): void {
    if (this.#state.kind !== 'closed') this.#stop({ kind });
  }

  /** Sends a frame, if there is a socket to send it over. Only after the server's welcome. */
  send(frame: string): void {
    this.#socket?.send(frame);
  }

  #dial(): void {
    this.#letGo();
    this.#slot = undefined;
    this.#unwatch ??= watchNetwork({ wake: () => this.#wake(), lost: () => this.#suspend() });
    const attempt = {};
    this.#attempt = attempt;
    const ifCurrent = <E>(handle: (event: E) => void) => {
      return (event: E) => {
        if (this.#attempt === attempt) handle(event);
      };
    };
    const open = ifCurrent(() => {
      let socket: Socket;
      try {
        socket = this.#dialler.open();
      } catch (error) {
        // A browser refuses ws: from a page that came over https: in this way, and always will.
        return this.#stop({ kind: 'stopped', code: 0, reason: String(error) });
      }
      this.#socket = socket;
      const heard = ifCurrent<{ data: unknown }>(({ data }) => this.#heard(data));
      const closed = ifCurrent<{ code: number; reason: string }>(({ code, reason }) => this.#closed(code, reason));
      socket.addEventListener('message', heard);
      socket.addEventListener('close', closed);
      // Tells nothing that the `close` after it does not, but in Node an unheard error would end the process.
      socket.addEventListener('error', () => undefined);
    });
    this.#timer = setTimeout(() => this.#retry({ isDead: true }), PATIENCE);
    const ready = this.#dialler.prepare();
    ready?.then(
      open,
      ifCurrent(() => this.#retry()),
    );
    this.#become({ kind: 'connecting' });
    if (!ready) open(undefined);
  }

  #heard(raw: unknown): void {
    this.#liveness.heard();
    const frame = readFrame(raw);
    if (!frame) return;
    if (frame.event === 'welcome') return this.#welcomed(frame.data);
    if (frame.event === 'goodbye') this.#slot = Date.now() + Math.min(frame.data.after, LONGEST_SLOT);
    this.#listener.received(frame);
  }

  #welcomed(welcome: WelcomeData): void {
    clearTimeout(this.#timer);
    const via = this.#socket?.via ?? 'websocket';
    const attempt = this.#attempt;
    this.#connectedAt = Date.now();
    this.#liveness.start(welcome.heartbeat);
    this.#listener.welcomed(welcome);
    // The listener may have disconnected.
    if (this.#attempt === attempt) this.#become({ kind: 'connected', via });
  }

  #closed(code: number, reason: string): void {
    if (mayComeBack(code)) this.#retry();
    else this.#stop({ kind: 'stopped', code, reason });
  }

  #retry(line?: { readonly isDead: true }): void {
    this.#letGo(line);
    if (this.#connectedAt !== undefined && Date.now() - this.#connectedAt >= STEADY) this.#failures = 0;
    this.#connectedAt = undefined;
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    // The device may be wrong about its network: a machine without any still reaches itself. So even then it tries.
    const kind = isOffline() ? 'offline' : 'waiting';
    const until = this.#slot ?? Date.now() + (kind === 'offline' ? LONGEST_WAIT : backoff(this.#failures++));
    this.#timer = setTimeout(() => this.#dial(), until - Date.now());
    this.#become({ kind, until });
  }

  /** The network or the reader is back: come back if the line is down, make sure if it seems to be up. */
  #wake(): void {
    const isAway = this.#state.kind === 'waiting' || this.#state.kind === 'offline';
    // A slot that the server gave is kept: everybody who looks at a screen right now would return in the same instant.
    if (isAway && this.#slot === undefined) this.#dial();
    else this.#liveness.probe();
  }

  /** The device says that its network is gone. The line may have survived that: find out before it is given up. */
  #suspend(): void {
    if (this.#state.kind === 'waiting') this.#wait();
    else this.#liveness.probe();
  }

  #stop(state: State): void {
    this.#letGo();
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#failures = 0;
    this.#connectedAt = undefined;
    this.#become(state);
  }

  /** Forgets the socket without waiting for its `close`, which on a dead line comes minutes later. */
  #letGo(line?: { readonly isDead: true }): void {
    clearTimeout(this.#timer);
    this.#attempt = undefined;
    this.#liveness.stop();
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    // Nobody would answer a closing handshake over a dead line, and `ws` would keep Node alive waiting for it.
    if (line && socket.terminate) socket.terminate();
    else socket.close(1000);
    this.#listener.lost();
  }

  #become(state: State): void {
    this.#state = state;
    this.#listener.stateChanged(state);
  }
}
