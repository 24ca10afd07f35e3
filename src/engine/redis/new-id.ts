import { randomBytes } from 'node:crypto';

/** A name that nobody else has: 16 letters, digits, `-` and `_`. */
export function newId(): string {
  return randomBytes(12).toString('base64url');
}
