import type { ConnectionState } from './connection-state.ts';
import { reasonOfDeparture } from '../reason.ts';
import type { Notice } from '../language/texts.ts';

/** The line broke, and came back. */
export const LINE_LOST: Notice = (texts) => texts.lineLost;
export const LINE_BACK: Notice = (texts) => texts.lineBack;

/**
 * Decides which turns of the connection deserve a line in the log.
 *
 * The state is always to be seen at the top; the log tells what matters for reading it: where a pause is. A change of
 * sockets that went well, such as after a new name, is no pause.
 */
export class Narrator {
  readonly #channel: string;
  #listening: 'not yet' | 'yes' | 'no more' = 'not yet';

  constructor(channel: string) {
    this.#channel = channel;
  }

  /** What there is to say about this state, coming after the ones before it. */
  tell(state: ConnectionState): Notice | undefined {
    const before = this.#listening;
    switch (state.kind) {
      case 'connecting':
        return undefined;
      case 'connected':
        this.#listening = 'yes';
        if (before === 'yes') return undefined;
        return before === 'not yet' ? (texts) => texts.welcome(this.#channel) : LINE_BACK;
      case 'waiting':
        if (before !== 'yes') return undefined;
        this.#listening = 'no more';
        return LINE_LOST;
      case 'disconnected': {
        const { because } = state;
        if (before === 'yes') this.#listening = 'no more';
        return because.by === 'hand'
          ? (texts) => texts.leftByHand
          : (texts) => texts.sentAway(reasonOfDeparture(because, texts));
      }
      default:
        return state satisfies never;
    }
  }
}
