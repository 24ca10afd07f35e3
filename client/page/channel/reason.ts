import type { ErrorData } from '../../../src/protocol/error-codes.ts';

/** Why the server refused something, in its own words: the exact rules where it names them, else its general sentence. */
export function reasonOf({ message, details = [] }: ErrorData): string {
  const rules = details.flatMap((detail) => detail.rules);
  return rules.length > 0 ? rules.join('; ') : message;
}
