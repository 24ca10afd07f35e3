import { Heights } from './heights.ts';

/** So far beyond the edges of what is seen are rows kept ready, in px. */
const READY = 800;

/** Who stays this close to the end is reading along, in px. */
const NEAR = 60;

/** Heights that keep surprising are left to the next frame after so many rounds. */
const ROUNDS = 4;

/** What a {@link VirtualList} shows. Rows have numbers without gaps, which they keep while others come and go. */
export interface Rows {
  readonly start: number;
  readonly end: number;
  /** About how high the row will be, in px. */
  readonly guess: (number: number) => number;
  /** How the row looks: as long as that is the same, its element stays. */
  readonly look: (number: number) => string;
  readonly render: (number: number) => HTMLElement;
}

/** A place to come back to: a row, and how far above the upper edge it begins, in px; or the end. */
export type Place = { readonly number: number; readonly above: number } | 'end';

/**
 * A list of rows of different heights, of which only those near the reader are in the page.
 *
 * Whoever reads at the end stays there. For everybody else the row at the upper edge stays where it is, whatever comes
 * before it and however its height was guessed.
 */
export class VirtualList {
  readonly #scroller: HTMLElement;
  readonly #feed: HTMLElement;
  readonly #above = document.createElement('div');
  readonly #below = document.createElement('div');
  readonly #heights = new Heights();
  readonly #mounted = new Map<number, { readonly element: HTMLElement; readonly look: string }>();
  readonly #moved: () => void;
  #rows: Rows;
  #place: Place = 'end';
  #width = 0;
  /** How much there was to scroll when the place was last brought about, in px. */
  #extent = '';

  /**
   * @param scroller what scrolls
   * @param feed the rows' own part of it
   * @param moved the reader is at another place
   */
  constructor(scroller: HTMLElement, feed: HTMLElement, rows: Rows, moved: () => void) {
    this.#scroller = scroller;
    this.#feed = feed;
    this.#rows = rows;
    this.#moved = moved;
    feed.append(this.#above, this.#below);
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    scroller.addEventListener('keydown', (event) => this.#pressed(event));
    // The keyboard of a phone takes half of the page; whoever was at the end still is.
    new ResizeObserver(() => this.#resized()).observe(scroller);
  }

  /** Where the reader is. */
  get place(): Place {
    return this.#place;
  }

  /** The last row that is seen as a whole; undefined when there is none. */
  get lastSeen(): number | undefined {
    const bottom = this.#scroller.scrollTop + this.#scroller.clientHeight - this.#feed.offsetTop;
    const number = this.#heights.at(bottom);
    const end = this.#heights.topOf(number + 1);
    const last = end <= bottom + 1 ? number : number - 1;
    return last < this.#heights.start ? undefined : last;
  }

  /** Whether the end is further away than two screens. */
  get isFar(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight > 2 * clientHeight;
  }

  /** Whether the first row that there is, is about to be seen. */
  get isNearStart(): boolean {
    return this.#scroller.scrollTop < READY + this.#feed.offsetTop;
  }

  /** Whether that row and all after it fit on the screen. */
  isWholeFrom(number: number): boolean {
    return this.#heights.total - this.#heights.topOf(number) < this.#scroller.clientHeight;
  }

  /** Shows other rows, from a place on. */
  show(rows: Rows, place: Place): void {
    this.#rows = rows;
    this.#heights.forget();
    for (const { element } of this.#mounted.values()) element.remove();
    this.#mounted.clear();
    this.go(place);
  }

  /** Takes in what has come and gone. */
  update(): void {
    const { scrollHeight, clientHeight, scrollTop } = this.#scroller;
    const isUnchanged = this.#extent === `${scrollHeight} ${clientHeight}`;
    // Has just left the end, and the browser has yet to tell: not to be taken back there.
    if (this.#place === 'end' && isUnchanged && !this.#isAtEnd()) this.#place = this.#placeOf(scrollTop);
    this.#settle();
  }

  /** Goes to a place. */
  go(place: Place): void {
    this.#place = place;
    this.#extent = '';
    this.#settle();
  }

  #scrolled(): void {
    const isAtEnd = this.#isAtEnd();
    const before = this.#extent;
    this.#place = this.#placeOf(this.#scroller.scrollTop);
    this.#settle();
    // Whoever jumped to the end wants to be there, wherever it turned out to be.
    if (isAtEnd && this.#extent !== before) this.go('end');
    else if (isAtEnd) this.#place = 'end';
    this.#moved();
  }

  /** A browser would scroll there bit by bit, and stop where a row on the way turns out to be of another height. */
  #pressed(event: KeyboardEvent): void {
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!isPlain || !['Home', 'End'].includes(event.key)) return;
    event.preventDefault();
    this.go(event.key === 'End' ? 'end' : { number: this.#heights.start, above: 0 });
    this.#moved();
  }

  #resized(): void {
    const { clientWidth } = this.#scroller;
    if (clientWidth !== this.#width) this.#heights.forget();
    this.#width = clientWidth;
    this.#settle();
    this.#moved();
  }

  #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #placeOf(scrollTop: number): Place {
    const y = scrollTop - this.#feed.offsetTop;
    const number = this.#heights.at(Math.max(0, y));
    return { number, above: y - this.#heights.topOf(number) };
  }

  /** Brings the page in line with the rows and the place, until the guesses are replaced by what is so. */
  #settle(): void {
    const { start, end, guess } = this.#rows;
    this.#heights.cover(start, end, guess);
    for (let round = 0; round < ROUNDS; round++) {
      this.#mount(this.#target());
      if (!this.#measure()) break;
    }
    this.#space();
    const { scrollHeight, clientHeight, scrollTop } = this.#scroller;
    const extent = `${scrollHeight} ${clientHeight}`;
    const isSame = extent === this.#extent;
    this.#extent = extent;
    if (this.#place === 'end') {
      // Whoever is near the end without being there may be on the way.
      if (!isSame) this.#scroller.scrollTop = scrollHeight;
      return;
    }
    const top = this.#target() + this.#feed.offsetTop;
    // Left alone where it is right already: a finger may be moving it.
    if (Math.abs(scrollTop - top) >= 1) this.#scroller.scrollTop = top;
  }

  /** The upper edge of what is to be seen, in px from the first row. */
  #target(): number {
    if (this.#place === 'end') return this.#heights.total - this.#scroller.clientHeight;
    return this.#heights.topOf(this.#place.number) + this.#place.above;
  }

  #mount(top: number): void {
    const { start, end } = this.#heights;
    const first = this.#heights.at(top - READY);
    const last = Math.min(end - 1, this.#heights.at(top + this.#scroller.clientHeight + READY));
    for (const [number, { element, look }] of this.#mounted) {
      const isWanted = number >= first && number <= last && start < end;
      if (isWanted && this.#rows.look(number) === look) continue;
      // The keyboard's place must not be lost with it.
      if (element.contains(document.activeElement)) this.#scroller.focus({ preventScroll: true });
      element.remove();
      this.#mounted.delete(number);
    }
    let before: Element = this.#above;
    for (let number = first; number <= last; number++) {
      const known = this.#mounted.get(number);
      const element = known?.element ?? this.#rows.render(number);
      if (!known) {
        this.#mounted.set(number, { element, look: this.#rows.look(number) });
        before.after(element);
      }
      before = element;
    }
    this.#space();
  }

  /** Gives the rows that are not in the page their room. */
  #space(): void {
    const numbers = [...this.#mounted.keys()];
    const first = numbers.length > 0 ? Math.min(...numbers) : this.#heights.start;
    const behind = numbers.length > 0 ? Math.max(...numbers) + 1 : this.#heights.start;
    this.#above.style.height = `${this.#heights.topOf(first)}px`;
    this.#below.style.height = `${this.#heights.total - this.#heights.topOf(behind)}px`;
  }

  /** Whether a row turned out to be of another height than was thought. */
  #measure(): boolean {
    let isNews = false;
    for (const [number, { element }] of this.#mounted) {
      if (this.#heights.set(number, element.getBoundingClientRect().height)) isNews = true;
    }
    return isNews;
  }
}
