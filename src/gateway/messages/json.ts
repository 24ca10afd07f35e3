/**
 * Reads JSON that somebody else wrote. What comes out of it is shallow and has no key that means something to JavaScript
 * itself, so that no handler, merge or copy can be led astray by it, with a DTO or without.
 */
import { isUtf8 } from 'node:buffer';
import type { RequestId } from '../../protocol/events.ts';
import { MalformedFrame } from './gateway-error.ts';

/**
 * Levels of arrays and objects in each other, the envelope's own included. Nobody writes as many by hand or for a purpose, and
 * whatever looks through a value by calling itself is safe up to a hundred times as many.
 */
const MAX_DEPTH = 32;

const TOO_DEEP = `The JSON is nested deeper than ${MAX_DEPTH} levels.`;

/** Length of a frame that is refused and still read, for the id that its sender waits for: what MAX_PAYLOAD is by default. */
export const WORTH_READING = 64 * 1024;

/** Ids come back to the client in our frames, so that their length is bounded. */
const MAX_ID_LENGTH = 64;

/** Names that would change what an object is, rather than what it says. */
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * Reads a payload as JSON, from a text or a binary frame. Keys named `__proto__`, `constructor` or `prototype` are left out.
 *
 * @throws MalformedFrame `bad_json` when the bytes are not UTF-8 or not JSON, `invalid` when they are nested too deeply
 */
export function parseJson(payload: Buffer): unknown {
  if (!isUtf8(payload)) throw new MalformedFrame('bad_json');
  const text = payload.toString();
  const isTooDeep = nestsTooDeeply(text);
  if (isTooDeep && text.length > WORTH_READING) throw new MalformedFrame('invalid', TOO_DEEP);
  const value = parsed(text);
  if (isTooDeep) throw new MalformedFrame('invalid', TOO_DEEP, idOf(value));
  if (mayHavePrototypeKeys(text)) removePrototypeKeys(value);
  return value;
}

/** Whether `value` is a JSON object, and neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether `id` is one that a request may have, or none. */
export function isRequestId(id: unknown): id is RequestId | undefined {
  if (typeof id === 'string') return id.length <= MAX_ID_LENGTH;
  // A larger number would come back as another one.
  return id === undefined || (typeof id === 'number' && Math.abs(id) <= Number.MAX_SAFE_INTEGER);
}

/** Takes them out of a value and of all that is in it. */
export function removePrototypeKeys(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) removePrototypeKeys(item);
  else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      if (PROTOTYPE_KEYS.has(key)) delete value[key];
      else removePrototypeKeys(value[key]);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedFrame('bad_json');
  }
}

function idOf(value: unknown): RequestId | undefined {
  return isObject(value) && isRequestId(value['id']) ? value['id'] : undefined;
}

/** A key may also be written with escapes. */
function mayHavePrototypeKeys(text: string): boolean {
  return text.includes('proto') || text.includes('constructor') || text.includes('\\u');
}

/** Hardly any frame has as many brackets, which is found out much faster than how deep they go. */
function nestsTooDeeply(text: string): boolean {
  let brackets = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      brackets += 1;
      if (brackets > MAX_DEPTH) return isDeep(text);
    }
  }
  return false;
}

function isDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (isInString) {
      if (code === BACKSLASH) i += 1;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (OPENING.has(code)) depth += 1;
    else if (CLOSING.has(code)) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
