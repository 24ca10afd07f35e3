import type { BelfryError } from '../sdk/index.ts';
import type { Departure } from './conversation/connection-state.ts';
import type { Texts } from './language/texts.ts';

/**
 * Why something was refused: the exact rules where the server names them, else in the reader's language where that has
 * a sentence for it, else in the server's own words.
 */
export function reasonOf({ code, message, details = [] }: BelfryError, { reasons }: Texts): string {
  const rules = details.flatMap((detail) => detail.rules);
  return rules.length > 0 ? rules.join('; ') : (reasons[code] ?? message);
}

/** Why the server sent the page away, in the same manner. */
export function reasonOfDeparture({ code, reason }: Departure & { readonly by: 'server' }, { reasons }: Texts): string {
  return reasons[code] ?? (reason || String(code));
}
