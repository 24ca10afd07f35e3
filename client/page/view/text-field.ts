import type { Voice } from '../language/voice.ts';
import { byId } from './element.ts';

/** As many characters may a message have; the server refuses more. */
const LONGEST = 4_096;

/** From here on the characters that are left are counted out loud. */
const COUNT_FROM = 200;

/** What the field tells its owner. */
export interface TextFieldActions {
  /** Enter was pressed, and not to pick a word from an input method's list. */
  readonly enter: () => void;
  /** The reader changed the text. */
  readonly edited: () => void;
}

/** The text being written: its keys, its size and its count. */
export class TextField {
  readonly #text = byId('text', HTMLTextAreaElement);
  readonly #label = byId('text-label', HTMLElement);
  readonly #count = byId('count', HTMLElement);
  readonly #canGrow = CSS.supports('field-sizing', 'content');
  #voice: Voice;

  constructor(voice: Voice, actions: TextFieldActions) {
    this.#voice = voice;
    this.#text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
      event.preventDefault();
      actions.enter();
    });
    this.#text.addEventListener('input', () => {
      this.#measure();
      actions.edited();
    });
  }

  /** Nothing but white space, if that. */
  get isEmpty(): boolean {
    return this.#text.value.trim() === '';
  }

  /** How many characters still fit; below zero, how many are too many. Counted as the server does: an emoji is one. */
  get charactersLeft(): number {
    return LONGEST - Array.from(this.#text.value.trim()).length;
  }

  /** Ready to write in. */
  focus(): void {
    this.#text.focus();
  }

  /** Takes the text out of the field. */
  take(): string {
    const text = this.#text.value.trim();
    this.#put('');
    return text;
  }

  /** Puts another text in, as it is, and takes out what was there. */
  swap(text: string): string {
    const before = this.#text.value;
    this.#put(text);
    return before;
  }

  /** Puts a text back, before whatever has been written since. */
  giveBack(text: string): void {
    const since = this.#text.value;
    this.#put(since === '' ? text : `${text}\n${since}`);
  }

  /** Says the same in another language. */
  speak(voice: Voice): void {
    this.#voice = voice;
    this.#label.textContent = voice.texts.text;
    this.#text.placeholder = voice.texts.placeholder;
    this.#measure();
  }

  #put(text: string): void {
    this.#text.value = text;
    this.#measure();
  }

  #measure(): void {
    const left = this.charactersLeft;
    const { texts } = this.#voice;
    this.#text.ariaInvalid = String(left < 0);
    this.#count.dataset['over'] = String(left < 0);
    if (left > COUNT_FROM) this.#count.textContent = '';
    else this.#count.textContent = left < 0 ? texts.charactersTooMany(-left) : texts.charactersLeft(left);
    if (!this.#canGrow) this.#text.rows = Math.min(6, this.#text.value.split('\n').length);
  }
}

/** Whether the key belongs to an input method: Safari ends the composition first, and only the old key code tells. */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
