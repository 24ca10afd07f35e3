import type { MessageData, Publication } from '../../sdk/index.ts';
import type { Voice } from '../language/voice.ts';
import { byId } from './element.ts';
import { dayLine, messageLine, systemLine } from './line.ts';
import type { Line, Notice } from './line.ts';
import { OutboxView } from './outbox-view.ts';

/** More lines than this are not kept on the page. */
const MOST_LINES = 1_000;

/** Who stays this close to the end is reading along, in px. */
const NEAR = 60;

/** What is said within this time of the same person's last message belongs to it, in ms. */
const ONE_BREATH = 5 * 60_000;

/**
 * The list of messages.
 *
 * Lines wait for the next frame and are put in together, so that a flood costs one layout per frame. Whoever reads at
 * the end stays there; whoever has scrolled back is left in peace and offered a way down.
 */
export class LogView {
  readonly #log = byId('log', HTMLElement);
  readonly #empty = byId('empty', HTMLElement);
  readonly #newer = byId('newer', HTMLButtonElement);
  readonly #newerWords = byId('newer-words', HTMLElement);
  readonly #speakers = new WeakMap<Element, Line['speak']>();
  readonly #coming = new DocumentFragment();
  readonly #outbox: OutboxView;
  #voice: Voice;
  #scheduled = false;
  #atEnd = true;
  /** The reader has just spoken, and wants to see it. */
  #mustFollow = false;
  #unread = 0;
  #day = new Date().toDateString();
  #last: { readonly author: string; readonly at: number } | undefined;

  constructor(voice: Voice) {
    this.#voice = voice;
    this.#outbox = new OutboxView(this.#log, voice);
    this.#log.addEventListener('scroll', () => this.#look(), { passive: true });
    this.#newer.addEventListener('click', () => {
      this.#toEnd();
      // The button is about to vanish, and with it the place of somebody who uses the keyboard.
      this.#log.focus();
    });
    // The keyboard of a phone takes half of the page: whoever was at the end still is.
    new ResizeObserver(() => this.#atEnd && this.#toEnd()).observe(this.#log);
  }

  /** Adds what somebody said. */
  message(message: MessageData, own: boolean): void {
    this.#empty.hidden = true;
    this.#turnDay(message.at);
    const author = own ? '' : message.from;
    const follows = this.#last?.author === author && message.at - this.#last.at < ONE_BREATH;
    this.#last = { author, at: message.at };
    this.#unread++;
    this.#mustFollow ||= own;
    this.#add(messageLine(message, { own, follows }));
  }

  /** Adds a line of the page's own. */
  notice(notice: Notice): void {
    this.#last = undefined;
    this.#add(systemLine(notice));
  }

  /** Shows below everything else what is on its way. */
  waiting(publications: readonly Publication[]): void {
    if (!this.#outbox.expect(publications)) return;
    this.#empty.hidden ||= publications.length > 0;
    this.#mustFollow ||= publications.length > 0;
    this.#schedule();
  }

  /** Says everything in another language. */
  speak(voice: Voice): void {
    this.#voice = voice;
    this.#log.ariaLabel = voice.texts.log;
    // It has all been heard before; a screen reader need not read it out again.
    this.#log.ariaBusy = 'true';
    for (const parent of [this.#log, this.#coming]) {
      for (const element of parent.children) this.#speakers.get(element)?.(voice);
    }
    this.#outbox.speak(voice);
    this.#log.ariaBusy = 'false';
    this.#offerNewer();
  }

  #turnDay(at: number): void {
    const day = new Date(at).toDateString();
    if (day === this.#day) return;
    this.#day = day;
    this.#last = undefined;
    this.#add(dayLine(at));
  }

  #add(line: Line): void {
    line.speak(this.#voice);
    this.#speakers.set(line.element, line.speak);
    this.#coming.append(line.element);
    if (this.#coming.childElementCount > MOST_LINES) this.#coming.firstElementChild?.remove();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    // Measured before anything is added, so that the reader's own scrolling counts and the growth does not.
    const follow = this.#mustFollow || this.#isAtEnd();
    this.#mustFollow = false;
    // In one step, so that what was waiting and is kept now is never seen twice, or not at all.
    this.#outbox.flush(this.#coming);
    while (this.#log.childElementCount > MOST_LINES) this.#log.firstElementChild?.remove();
    if (follow) this.#toEnd();
    else this.#offerNewer();
  }

  #look(): void {
    this.#atEnd = this.#isAtEnd();
    if (!this.#atEnd) return;
    this.#unread = 0;
    this.#offerNewer();
  }

  #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #toEnd(): void {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#atEnd = true;
    this.#unread = 0;
    this.#offerNewer();
  }

  #offerNewer(): void {
    this.#newer.hidden = this.#unread === 0;
    this.#newerWords.textContent = this.#voice.texts.newMessages(this.#unread);
  }
}
