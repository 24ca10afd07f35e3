import type { Voice } from '../language/voice.ts';
import { byId } from '../view/element.ts';

/** The way down for whoever has scrolled back: to what is new, or from far away. */
export class NewerButton {
  readonly #button = byId('newer', HTMLButtonElement);
  readonly #words = byId('newer-words', HTMLElement);
  #voice: Voice;

  constructor(voice: Voice, pressed: () => void) {
    this.#voice = voice;
    this.#button.addEventListener('click', pressed);
  }

  /** Offers what there is to offer. */
  show(unread: number, { isAtEnd, isFar }: { readonly isAtEnd: boolean; readonly isFar: boolean }): void {
    const { texts } = this.#voice;
    this.#button.hidden = isAtEnd || (unread === 0 && !isFar);
    const words = unread > 0 ? texts.newMessages(unread) : texts.toNewest;
    if (!this.#button.hidden && this.#words.textContent !== words) this.#words.textContent = words;
  }

  /** Speaks another language from the next time on. */
  speak(voice: Voice): void {
    this.#voice = voice;
  }
}
