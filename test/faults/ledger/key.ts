/**
 * Keys tell who published what, and its place among all that this author published: the harness needs no other memory of it.
 * Texts follow from keys, so that a text that was changed on the way shows.
 */

/** The key of an author's `number`-th publication. Authors have no `.` in their names. */
export function keyOf(author: string, number: number): string {
  return `${author}.${number}`;
}

/** Who published under a key, and as which of its publications. */
export function authorOf(key: string): { readonly author: string; readonly number: number } {
  const [author = '', number = ''] = key.split('.');
  return { author, number: Number(number) };
}

/** The text that goes with a key: the key itself, and dots up to `length` characters. */
export function textOf(key: string, length: number): string {
  return key.padEnd(length, '.');
}

/** The key that a text was made for: what tells publications apart that are sent without one. */
export function keyIn(text: string): string {
  return text.replace(/\.*$/, '');
}

/** Whether a text is one that `textOf` made for that key. */
export function fits(text: string | undefined, key: string): boolean {
  return text !== undefined && text.startsWith(key) && /^\.*$/.test(text.slice(key.length));
}
