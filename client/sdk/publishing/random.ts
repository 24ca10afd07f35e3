/**
 * 128 random bits in hex: nobody guesses them, and no two are alike. `crypto.randomUUID` would be shorter, but a page that
 * came over plain HTTP from another machine does not have it.
 */
export function randomHex(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
