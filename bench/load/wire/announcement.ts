/**
 * The text that is published: who published it and when, padded to its full size, so that whoever hears it can tell both
 * without a parser. It looks like `@07:0001234567........`.
 */

const MARK = '@'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);
const AUTHOR_AT = 1;
const TIME_AT = 4;
const TIME_DIGITS = 10;

/** Authors that two digits can name. */
export const MOST_AUTHORS = 100;

/**
 * A text.
 *
 * @param author 0..99
 * @param at microseconds, fewer than ten digits' worth
 * @param size characters, from 20
 */
export function announcement(author: number, at: number, size: number): string {
  return `@${String(author).padStart(2, '0')}:${String(at).padStart(TIME_DIGITS, '0')}`.padEnd(size, '.');
}

/** Whose text begins at `text`. */
export function authorAt(bytes: Buffer, text: number): number {
  return ((bytes[text + AUTHOR_AT] ?? 0) - ZERO) * 10 + (bytes[text + AUTHOR_AT + 1] ?? 0) - ZERO;
}

/** When the text that begins at `text` was published, in microseconds. */
export function timeAt(bytes: Buffer, text: number): number {
  let at = 0;
  for (let i = text + TIME_AT; i < text + TIME_AT + TIME_DIGITS; i += 1) at = at * 10 + (bytes[i] ?? 0) - ZERO;
  return at;
}

/** Where a text begins in a payload that begins at `start`, for dialects that do not know. */
export function findText(bytes: Buffer, start: number): number {
  return bytes.indexOf(MARK, start);
}
