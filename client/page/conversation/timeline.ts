import type { MessageData } from '../../sdk/index.ts';
import type { Notice } from '../language/texts.ts';

/** One thing that the log shows. */
export type Row =
  | { readonly kind: 'message'; readonly message: MessageData; readonly own: boolean }
  /** Something that the page itself has to say. */
  | { readonly kind: 'notice'; readonly notice: Notice }
  /** The messages `from`..`to` cannot be had. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number };

/** What is before the oldest row. */
export type Top =
  /** Not asked yet. */
  | 'more'
  | 'loading'
  /** Could not be had this time. */
  | 'failed'
  /** Nothing: the server keeps nothing older. */
  | 'beginning'
  /** Not for this reader. */
  | 'closed';

/** So many rows are kept in memory, for readers who leave a page open for weeks. The rest can be asked for again. */
const MOST = 20_000;

/** So many are given up together. */
const SLICE = 1_000;

/**
 * The rows of one channel, oldest first. Rows have numbers without gaps, which they keep while others come and go at
 * both ends; the first number may be negative.
 */
export class Timeline {
  readonly #rows: Row[] = [];
  #start = 0;
  top: Top = 'more';

  /** The number of the oldest row. */
  get start(): number {
    return this.#start;
  }

  /** One more than the number of the newest row; the same as {@link start} when there is none. */
  get end(): number {
    return this.#start + this.#rows.length;
  }

  /** The row of that number. */
  row(number: number): Row | undefined {
    return this.#rows[number - this.#start];
  }

  /** The offset of the oldest message; undefined while there is none. */
  get first(): number | undefined {
    const oldest = this.#rows.find((row) => row.kind === 'message');
    return oldest?.message.offset;
  }

  /** The number of the first row with a message of that offset or a later one. */
  numberOf(offset: number): number | undefined {
    const index = this.#rows.findIndex((row) => row.kind === 'message' && row.message.offset >= offset);
    return index < 0 ? undefined : this.#start + index;
  }

  /** Adds the newest row. */
  append(row: Row): void {
    this.#rows.push(row);
    if (this.#rows.length < MOST + SLICE) return;
    this.#rows.splice(0, SLICE);
    this.#start += SLICE;
    if (this.top === 'beginning') this.top = 'more';
  }

  /** Takes the newest row back. */
  retract(): void {
    this.#rows.pop();
  }

  /** Adds rows before the oldest one. */
  prepend(rows: readonly Row[]): void {
    this.#rows.unshift(...rows);
    this.#start -= rows.length;
  }

  /** Starts over. */
  clear(): void {
    this.#start += this.#rows.length;
    this.#rows.length = 0;
    this.top = 'more';
  }
}
