import { watchTimer } from '../connection/timer.ts';
import type { Outbox } from './outbox-port.ts';
import type { Publication } from './publication.ts';

/** When a client that has just connected looks again: the tab before this one may not be quite dead yet; in ms. */
const FIRST = 1_000;

/** How often it looks after a while, in ms. */
const EVERY = 30_000;

/** What becomes of adopted entries. */
export interface AdoptionListener {
  readonly adopted: (publications: readonly Publication[]) => void;
  readonly failed: (cause: unknown) => void;
}

/** Takes over what dead tabs left in the outbox: what is there at the start, and what others leave while we live. */
export class Adoption {
  readonly #outbox: Outbox;
  readonly #listener: AdoptionListener;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outbox: Outbox, listener: AdoptionListener) {
    this.#outbox = outbox;
    this.#listener = listener;
  }

  /** Looks now. Never rejects. */
  async look(): Promise<void> {
    try {
      this.#listener.adopted(await this.#outbox.adopt());
    } catch (error) {
      this.#listener.failed(error);
    }
  }

  /** Looks from time to time, soon at first. */
  start(after = FIRST): void {
    this.stop();
    this.#timer = watchTimer(() => {
      this.start(Math.min(EVERY, 2 * after));
      void this.look();
    }, after);
  }

  /** Ends {@link start}. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
