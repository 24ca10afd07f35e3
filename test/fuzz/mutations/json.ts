/**
 * What can be done to JSON by somebody who knows what it means: values of other types, keys that reach into prototypes, depth,
 * size, and texts that JSON.stringify would never write.
 */
import type { Random } from '../../faults/random.ts';

/** JSON as text; values that no JavaScript value stands for are possible. */
type Literal = (random: Random) => string;

const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1e999',
  '-1e999',
  '1e-999',
  '0.1',
  '9007199254740993',
  '18446744073709551616',
  '1E+2',
];
const TEXTS = [
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u202e"',
  '"\ufeff"',
  '"a\\r\\nb: c"',
  '"%s%n"',
  '"*"',
  '"../../etc/passwd"',
];
const OTHERS = [
  'null',
  'true',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '{"toString":1}',
  '{"then":true}',
  '{"length":-1}',
  '{"$ne":null}',
];
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'then',
  'toJSON',
  'hasOwnProperty',
  '',
  '\\u0000',
  'length',
  '0',
  'since',
  'last',
  'key',
];

const VALUES: [Literal, ...Literal[]] = [
  (random) => one(NUMBERS, random),
  (random) => one(TEXTS, random),
  (random) => one(OTHERS, random),
  (random) => `"${'x'.repeat(random.pick([64, 65, 128, 129, 4096, 4097, 20_000]))}"`,
  (random) => `"${'🔔'.repeat(random.pick([1, 2048, 4097]))}"`,
  (random) => deep(random, '[', ']', '1'),
  (random) => deep(random, '{"a":', '}', '1'),
  (random) => `[${Array.from({ length: random.pick([10, 1000, 10_000]) }, () => '0').join()}]`,
  () => `{${Array.from({ length: 500 }, (_each, i) => `"k${i}":${i}`).join()}}`,
  (random) => `{"${one(KEYS, random)}":{"${one(KEYS, random)}":${one(OTHERS, random)}}}`,
];

/** A value that nobody would send. */
export function hostileValue(random: Random): string {
  return random.pick(VALUES)(random);
}

/** An object as JSON text, with one to three of its properties not as they should be. */
export function hostileObject(object: Readonly<Record<string, unknown>>, random: Random): string {
  const properties = Object.entries(object).map(
    ([key, value]) => [JSON.stringify(key), JSON.stringify(value)] as [string, string],
  );
  for (let i = random.between(1, 3); i > 0; i -= 1) mutateOne(properties, random);
  return `{${properties.map(([key, value]) => `${key}:${value}`).join()}}`;
}

function mutateOne(properties: [string, string][], random: Random): void {
  const at = random.between(0, Math.max(0, properties.length - 1));
  const [key, value] = properties[at] ?? ['"x"', '1'];
  switch (random.between(0, 5)) {
    case 0:
      properties.splice(at, 1);
      break;
    case 1:
      // The same key twice: the last one counts.
      properties.push([key, hostileValue(random)]);
      break;
    case 2:
      properties.splice(at, 1, [`"${one(KEYS, random)}"`, value]);
      break;
    case 3:
      properties.push([`"${random.chance(0.2) ? 'k'.repeat(10_000) : one(KEYS, random)}"`, hostileValue(random)]);
      break;
    default:
      properties.splice(at, 1, [key, hostileValue(random)]);
  }
}

function deep(random: Random, open: string, close: string, core: string): string {
  const depth = random.pick([10, 100, 1000, 5000]);
  return open.repeat(depth) + core + close.repeat(depth);
}

function one(choices: readonly string[], random: Random): string {
  return choices[random.between(0, choices.length - 1)] ?? '';
}
