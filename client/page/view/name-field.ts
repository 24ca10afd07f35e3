import type { Voice } from '../language/voice.ts';
import { recall, remember } from '../memory.ts';
import { byId } from './element.ts';

/** The server takes no longer names; the same number stands in index.html. */
const LONGEST = 64;

/** The reader's name: made up at the first visit, changed at will, kept for the next time. */
export class NameField {
  readonly #input = byId('name', HTMLInputElement);
  readonly #label = byId('name-label', HTMLElement);
  #name: string;

  /**
   * @param changed the name is another one now
   * @param done the reader pressed Enter and is ready to write
   */
  constructor(voice: Voice, changed: () => void, done: () => void) {
    this.#name = recall('belfry.name')?.trim().slice(0, LONGEST) || this.#invent(voice);
    this.#input.value = this.#name;
    this.#input.addEventListener('change', () => {
      if (this.#take()) changed();
    });
    byId('who', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#take()) changed();
      done();
    });
  }

  /** The name to introduce oneself with. */
  get name(): string {
    return this.#name;
  }

  /** Labels the field in another language; the name itself is the reader's own and stays. */
  speak({ texts }: Voice): void {
    this.#label.textContent = texts.name;
  }

  /** Takes over what was typed; an empty name is none, and the former one returns. */
  #take(): boolean {
    const typed = this.#input.value.trim();
    const isNew = typed !== '' && typed !== this.#name;
    if (isNew) this.#keep(typed);
    this.#input.value = this.#name;
    return isNew;
  }

  #invent({ texts }: Voice): string {
    const name = texts.someone + String(Math.floor(Math.random() * 9_000) + 1_000);
    this.#keep(name);
    return name;
  }

  #keep(name: string): void {
    this.#name = name;
    remember('belfry.name', name);
  }
}
