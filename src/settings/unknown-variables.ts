/**
 * Finds variables that look like settings of ours and are none: a typo would otherwise silently leave a default.
 * Relies on the settings table for the names.
 * Stays silent about what other programs use; a warning that cries wolf is not read.
 */
import { SETTINGS } from './settings.ts';

// First words that few other programs use. LOG_, HOST and PORT are too common to be ours alone.
const FAMILIES = ['AUTH_', 'BATCH_', 'DRAIN_', 'HANDSHAKE_', 'HEARTBEAT_', 'MAX_', 'TLS_', 'WELCOME_'];

// PORT and HOST have neighbours in every environment (POST, SORT, HOME).
const SHORTEST_NAME_WITH_TYPOS = 5;
const MOST_TYPOS = 2;

const eitherOf = new Intl.ListFormat('en', { type: 'disjunction' });

const NAMES = SETTINGS.map(({ env }) => env);

/**
 * A line for each variable that was meant as a setting and is none, in alphabetical order.
 *
 * @param env usually `process.env`; a blank variable counts as not set
 */
export function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env)
    .filter((name) => !NAMES.includes(name) && env[name]?.trim() !== '')
    .toSorted()
    .flatMap((name) => warning(name) ?? []);
}

function warning(name: string): string | undefined {
  const close = nearest(name);
  const family = FAMILIES.find((prefix) => name.startsWith(prefix));
  const meant = NAMES.filter((known) => (close === undefined ? family && known.startsWith(family) : known === close));
  if (meant.length === 0) return undefined;
  return `${name} is not a setting; did you mean ${eitherOf.format(meant)}?`;
}

/** The setting whose name is at most two letters away, upper and lower case being one. */
function nearest(name: string): string | undefined {
  const [best] = NAMES.filter((known) => known.length >= SHORTEST_NAME_WITH_TYPOS)
    .map((known) => ({ known, typos: distance(name.toUpperCase(), known) }))
    .filter(({ typos }) => typos <= MOST_TYPOS)
    .toSorted((one, other) => one.typos - other.typos);
  return best?.known;
}

/** Levenshtein's distance: how many letters to insert, remove or replace to turn one word into the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let index = 0; index < one.length; index += 1) {
    const next = [index + 1];
    for (let column = 0; column < other.length; column += 1) {
      const [left = 0, above = 0, diagonal = 0] = [next[column], row[column + 1], row[column]];
      next.push(Math.min(left + 1, above + 1, diagonal + (one[index] === other[column] ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length] ?? one.length;
}
