import type { Position } from '../../sdk/index.ts';

/**
 * How far somebody has read in a channel: what was seen, how much is new, and where the line between the two stands.
 *
 * The line appears before the first message that comes unseen, and stays, seen or not, until the reader turns away.
 */
export class Reading {
  #seen: Position | undefined;
  #last = 0;
  #line: number | undefined;

  /** @param seen the last message that was seen at an earlier visit, if there was one */
  constructor(seen: Position | undefined) {
    this.#seen = seen;
  }

  /** The last message that was seen; undefined before the channel was joined for the first time. */
  get seen(): Position | undefined {
    return this.#seen;
  }

  /** So many messages were not seen yet. */
  get unread(): number {
    return this.#seen ? Math.max(0, this.#last - this.#seen.offset) : 0;
  }

  /** The offset of the first message below the line; undefined while there is no line. */
  get line(): number | undefined {
    return this.#line;
  }

  /**
   * The channel was joined, and reaches as far as that position.
   *
   * @returns false when that is another history than the one that was read
   */
  joined({ epoch, offset }: Position): boolean {
    const seen = this.#seen;
    const isSame = seen?.epoch === epoch && seen.offset <= offset;
    if (isSame) {
      this.#reach(offset);
      return true;
    }
    this.startOver({ epoch, offset });
    return seen === undefined;
  }

  /** Nothing that was read counts any more. */
  startOver({ epoch, offset }: Position): void {
    this.#last = offset;
    this.#line = undefined;
    this.#seen = { epoch, offset };
  }

  /** A message came, or will not come; whoever speaks has been there. */
  arrived(offset: number, own: boolean): void {
    this.#reach(offset);
    if (!own) return;
    this.saw(offset);
    this.#line = undefined;
  }

  /** Everything up to that offset was on the screen. */
  saw(offset: number): void {
    if (this.#seen && offset > this.#seen.offset) this.#seen = { epoch: this.#seen.epoch, offset };
  }

  /** The reader turns to something else: the next line belongs to what comes from now on. */
  turnedAway(): void {
    this.#line = this.unread > 0 ? (this.#seen?.offset ?? 0) + 1 : undefined;
  }

  #reach(offset: number): void {
    if (offset <= this.#last) return;
    const hadRead = this.unread === 0;
    this.#last = offset;
    if (hadRead && this.#seen) this.#line ??= this.#seen.offset + 1;
  }
}
