import type { Publication } from '../../sdk/index.ts';
import type { Voice } from '../language/voice.ts';
import { make } from './element.ts';
import { type Line, waitingLine } from './line.ts';

/** What the reader said and the server has not kept yet, at the end of the log; gone while there is nothing of the kind. */
export class OutboxView {
  readonly #log: HTMLElement;
  readonly #group = make('div', 'outbox');
  readonly #lines = new Map<string, Line>();
  #expected: readonly Publication[] = [];
  #voice: Voice;

  constructor(log: HTMLElement, voice: Voice) {
    this.#log = log;
    this.#voice = voice;
    this.#group.role = 'group';
    this.speak(voice);
  }

  /**
   * Takes note of what there is to show with the next {@link flush}.
   *
   * @returns whether that is anything else than before
   */
  expect(publications: readonly Publication[]): boolean {
    const isSame =
      publications.length === this.#expected.length &&
      publications.every(({ key }, index) => key === this.#expected[index]?.key);
    this.#expected = publications;
    return !isSame;
  }

  /** Puts new lines of the log in, before its own, and brings those up to date. */
  flush(coming: DocumentFragment): void {
    this.#log.insertBefore(coming, this.#group.parentElement ? this.#group : null);
    const keys = new Set(this.#expected.map(({ key }) => key));
    for (const [key, { element }] of this.#lines) {
      if (keys.has(key)) continue;
      element.remove();
      this.#lines.delete(key);
    }
    for (const publication of this.#expected) if (!this.#lines.has(publication.key)) this.#add(publication);
    if (this.#expected.length === 0) this.#group.remove();
    else if (!this.#group.parentElement) this.#log.append(this.#group);
  }

  /** Says the same in another language. */
  speak(voice: Voice): void {
    this.#voice = voice;
    this.#group.ariaLabel = voice.texts.outbox;
    for (const line of this.#lines.values()) line.speak(voice);
  }

  #add(publication: Publication): void {
    const line = waitingLine(publication);
    line.speak(this.#voice);
    this.#lines.set(publication.key, line);
    this.#group.append(line.element);
  }
}
