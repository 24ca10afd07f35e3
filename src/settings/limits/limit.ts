/**
 * How limits are written: a number, or `off` for none at all, which is Infinity. And where rates get their burst from.
 */
import { ValidateIf } from 'class-validator';
import type { Notation } from '../from-env.ts';

/** Seconds whose worth of a rate may come at once, after as long a pause. */
export const BURST_SECONDS = 10;

/** A number in another notation, or `off`. The bounds are those of the number. */
export function limit(number: Notation<number>): Notation<number> {
  return {
    allowed: `${number.allowed}, or off`,
    rules: [ValidateIf((_settings, value) => value !== Infinity), ...number.rules],
    parse: (written) => (written.trim() === 'off' ? Infinity : number.parse(written)),
    format: (value) => (value === Infinity ? 'off' : number.format(value)),
  };
}
