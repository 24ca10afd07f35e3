/**
 * How high the rows of a list are, by their numbers: measured where they have been on the screen, guessed elsewhere.
 *
 * Sums are made on the way and not kept: ten thousand additions take less time than to draw one row.
 */
export class Heights {
  #start = 0;
  #sizes: number[] = [];

  /** The number of the first row. */
  get start(): number {
    return this.#start;
  }

  /** One more than the number of the last row. */
  get end(): number {
    return this.#start + this.#sizes.length;
  }

  /** Takes in the rows from `start` to before `end`: those that it knows keep their height, others get `guess`. */
  cover(start: number, end: number, guess: (number: number) => number): void {
    const former = { start: this.#start, end: this.end, sizes: this.#sizes };
    if (start === former.start && end >= former.end) {
      for (let number = former.end; number < end; number++) this.#sizes.push(guess(number));
      return;
    }
    this.#start = start;
    this.#sizes = [];
    for (let number = start; number < end; number++) {
      const known = number >= former.start && number < former.end ? former.sizes[number - former.start] : undefined;
      this.#sizes.push(known ?? guess(number));
    }
  }

  /**
   * Notes a height, in px.
   *
   * @returns whether it is another one than before
   */
  set(number: number, height: number): boolean {
    const index = number - this.#start;
    const before = this.#sizes[index];
    if (before === undefined || Math.abs(before - height) < 0.1) return false;
    this.#sizes[index] = height;
    return true;
  }

  /** Forgets all of them. */
  forget(): void {
    this.#sizes = [];
  }

  /** The height of all rows together. */
  get total(): number {
    return this.topOf(this.end);
  }

  /** Where a row begins, in px from the beginning of the first one. */
  topOf(number: number): number {
    let top = 0;
    const before = Math.min(number - this.#start, this.#sizes.length);
    for (let index = 0; index < before; index++) top += this.#sizes[index] ?? 0;
    return top;
  }

  /** The row at a place, in px from the beginning of the first one; the first or last row where there is none. */
  at(place: number): number {
    let bottom = 0;
    for (let index = 0; index < this.#sizes.length; index++) {
      bottom += this.#sizes[index] ?? 0;
      if (bottom > place) return this.#start + index;
    }
    return Math.max(this.#start, this.end - 1);
  }
}
