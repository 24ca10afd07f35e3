import type { Publication } from '../../sdk/index.ts';
import type { Voice } from '../language/voice.ts';
import { byId } from '../view/element.ts';
import { waitingElement } from './line.ts';

/** What the reader said and the server has not kept yet, below everything else; gone while there is nothing of the kind. */
export class OutboxView {
  readonly #group = byId('outbox', HTMLElement);
  #shown: readonly string[] = [];
  #voice: Voice;

  constructor(voice: Voice) {
    this.#voice = voice;
  }

  /**
   * Shows these, oldest first.
   *
   * @returns whether there is one that was not shown before
   */
  show(publications: readonly Publication[]): boolean {
    const before = this.#shown;
    const keys = publications.map(({ key }) => key);
    if (keys.join() === before.join()) return false;
    this.#shown = keys;
    this.#group.hidden = keys.length === 0;
    this.#group.replaceChildren(...publications.map((publication) => waitingElement(publication, this.#voice)));
    return keys.some((key) => !before.includes(key));
  }

  /** Says the same in another language, the next time. */
  speak(voice: Voice): void {
    this.#voice = voice;
    this.#group.ariaLabel = voice.texts.outbox;
    this.#shown = [];
  }
}
