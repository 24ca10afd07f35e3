import { byId, make } from '../view/element.ts';

/** So many at once can be listened to; of more, the newest. */
const MOST = 3;

/**
 * Reads out what is new to users of screen readers. The log itself is silent: its rows come and go as one scrolls, and
 * reading that out would be noise.
 */
export class Announcer {
  readonly #region = byId('announcer', HTMLElement);
  #coming: string[] = [];

  /** Reads something out with the next {@link flush}. */
  say(words: string): void {
    this.#coming.push(words);
    if (this.#coming.length > MOST) this.#coming.shift();
  }

  /** Reads out what has come since the last time. */
  flush(): void {
    if (this.#coming.length === 0) return;
    for (const words of this.#coming) this.#region.append(make('p', '', words));
    this.#coming = [];
    while (this.#region.childElementCount > MOST) this.#region.firstElementChild?.remove();
  }
}
