import type { Voice } from '../language/voice.ts';
import type { ConnectionState } from '../conversation/connection-state.ts';
import { byId } from './element.ts';

/** What somebody can do about the connection. */
export interface StateActions {
  readonly connect: () => void;
  readonly disconnect: () => void;
}

/** The connection's state in words, and the button that connects and disconnects. */
export class StateView {
  readonly #words = byId('state', HTMLElement);
  readonly #toggle = byId('toggle', HTMLButtonElement);
  #voice: Voice;
  #state: ConnectionState;
  #countdown: ReturnType<typeof setInterval> | undefined;

  constructor(voice: Voice, state: ConnectionState, actions: StateActions) {
    this.#voice = voice;
    this.#state = state;
    this.#toggle.addEventListener('click', () => {
      if (this.#state.kind === 'disconnected') actions.connect();
      else actions.disconnect();
    });
  }

  /** Shows another state. */
  show(state: ConnectionState): void {
    clearInterval(this.#countdown);
    this.#state = state;
    this.#words.dataset['state'] = state.kind;
    this.#words.ariaLive = 'polite';
    this.#write();
    if (state.kind === 'waiting') this.#countdown = setInterval(() => this.#tick(), 250);
  }

  /** Says the same in another language. */
  speak(voice: Voice): void {
    this.#voice = voice;
    this.#write();
  }

  #tick(): void {
    // The change of state is worth announcing, every second of the wait is not.
    this.#words.ariaLive = 'off';
    this.#write();
  }

  #write(): void {
    const { texts } = this.#voice;
    const words = wordsFor(this.#state, this.#voice);
    if (this.#words.textContent !== words) this.#words.textContent = words;
    this.#toggle.textContent = this.#state.kind === 'disconnected' ? texts.connect : texts.disconnect;
  }
}

function wordsFor(state: ConnectionState, { texts }: Voice): string {
  switch (state.kind) {
    case 'connecting':
      return texts.connecting;
    case 'connected':
      return state.via === 'http' ? texts.connectedOverHttp : texts.connected;
    case 'waiting':
      return texts.waiting(Math.max(1, Math.ceil((state.until - Date.now()) / 1_000)));
    case 'disconnected':
      return (state.because.by === 'server' && texts.departures[state.because.code]) || texts.disconnected;
    default:
      return state satisfies never;
  }
}
