import type { BelfryError } from '../sdk/index.ts';

/** Why something was refused, in the server's own words: the exact rules where it names them, else its general sentence. */
export function reasonOf({ message, details = [] }: BelfryError): string {
  const rules = details.flatMap((detail) => detail.rules);
  return rules.length > 0 ? rules.join('; ') : message;
}
