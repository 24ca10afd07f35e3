import type { ConnectionState } from '../conversation/connection-state.ts';
import type { Voice } from '../language/voice.ts';
import { byId } from './element.ts';
import type { Notice } from '../language/texts.ts';
import { TextField } from './text-field.ts';

/**
 * Where one writes. A text leaves the field when it is sent, be it to wait for a line, and comes back to it when it was
 * refused; while the page is to stay disconnected it stays. It is never lost without a word.
 */
export class Composer {
  readonly #field: TextField;
  readonly #form = byId('composer', HTMLFormElement);
  readonly #hint = byId('hint', HTMLElement);
  readonly #publish: (text: string) => void;
  #voice: Voice;
  #state: ConnectionState['kind'] = 'connecting';
  #notice: Notice | undefined;

  constructor(voice: Voice, publish: (text: string) => void) {
    this.#voice = voice;
    this.#publish = publish;
    this.#field = new TextField(voice, {
      enter: () => this.#submit(),
      edited: () => this.#explain(undefined),
    });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
      this.#field.focus();
    });
  }

  /** Ready to write in. */
  focus(): void {
    this.#field.focus();
  }

  /**
   * Exchanges what is being written, for another channel.
   *
   * @returns what has been written so far
   */
  swap(draft: string): string {
    this.#explain(undefined);
    return this.#field.swap(draft);
  }

  /** Puts a text back that was refused. */
  giveBack(text: string): void {
    this.#field.giveBack(text);
  }

  /** Follows the connection. */
  show({ kind }: ConnectionState): void {
    // What the hint promised has come true, or is no longer to be hoped for.
    if (kind !== this.#state && (kind === 'connected' || kind === 'disconnected')) this.#explain(undefined);
    this.#state = kind;
    this.#form.dataset['ready'] = String(kind !== 'disconnected');
  }

  /** Says the same in another language. */
  speak(voice: Voice): void {
    this.#voice = voice;
    this.#field.speak(voice);
    byId('send', HTMLButtonElement).ariaLabel = voice.texts.send;
    this.#explain(this.#notice);
  }

  #submit(): void {
    const excess = -this.#field.charactersLeft;
    if (this.#field.isEmpty) return;
    if (excess > 0) return this.#explain((texts) => texts.charactersTooMany(excess));
    if (this.#state === 'disconnected') return this.#explain((texts) => texts.notConnected);
    this.#explain(this.#state === 'connected' ? undefined : (texts) => texts.sendsOnceConnected);
    this.#publish(this.#field.take());
  }

  #explain(notice: Notice | undefined): void {
    this.#notice = notice;
    this.#hint.textContent = notice?.(this.#voice.texts) ?? '';
  }
}
