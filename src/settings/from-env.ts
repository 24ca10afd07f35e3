/**
 * `@FromEnv` says where a property's value comes from and, through its notation, how it is written and what it may be.
 * Relies on class-validator, whose rules a notation brings along, so that a bound stands in one place.
 * Parser, error messages, the docs table and .env.example all read what is said here, and nothing else.
 */
import { isIP } from 'node:net';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsString,
  Length,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { parseRedisUrl } from './redis-url.ts';
import { formatDuration, formatSize, parseDuration, parseSize, UnitsError } from './units.ts';

/** How one kind of value is written, read and checked. */
export interface Notation<T> {
  /** What may be written, as it follows the word "write": `a whole number between 0 and 65535`. */
  readonly allowed: string;
  /** class-validator's rules for the value, the bounds among them. */
  readonly rules: readonly PropertyDecorator[];
  /** Reads what somebody wrote; undefined when it is not written that way. Bounds are left to the rules. */
  parse(written: string): T | undefined;
  /** Writes a value the way `parse` reads it. */
  format(value: T): string;
  /** Whether the value may hold a password: then no message repeats it. */
  readonly isSecret?: boolean;
}

/** One setting, as `@FromEnv` declared it. */
export interface Declaration {
  /** The name of the environment variable. */
  readonly env: string;
  /** The property that takes its value. */
  readonly property: string;
  readonly notation: Notation<unknown>;
  /** What it is for, in one line for operators. */
  readonly about: string;
}

/** Both bounds belong to the range. */
interface Range {
  readonly min: number;
  readonly max: number;
}

// By class; the decorators of a class run from its first property to its last.
const declared = new WeakMap<object, readonly Declaration[]>();

/**
 * Declares that a property is read from the environment.
 *
 * @param env the variable's name
 * @param notation how the value is written and what it may be; its type is checked against the property's
 * @param about one line for the docs table and .env.example, a sentence with its full stop
 */
export function FromEnv<T>(env: string, notation: Notation<T>, about: string) {
  return <K extends string>(target: { readonly [P in K]?: T }, property: K): void => {
    for (const rule of notation.rules) rule(target, property);
    const others = declared.get(target.constructor) ?? [];
    declared.set(target.constructor, [...others, { env, property, notation, about }]);
  };
}

/** What `@FromEnv` declared on a class, in the order of its properties; behind them those of the class that it extends. */
export function declarationsOf(settingsClass: object): readonly Declaration[] {
  const parent = Object.getPrototypeOf(settingsClass) as object | null;
  return [...(declared.get(settingsClass) ?? []), ...(parent ? declarationsOf(parent) : [])];
}

/**
 * A whole number, written in digits alone.
 *
 * @param of what is counted, in the plural; it completes the message: "a whole number of seconds"
 */
export function integer({ min, max, of }: Range & { readonly of?: string }): Notation<number> {
  return {
    allowed: `a whole number${of === undefined ? '' : ` of ${of}`} between ${min} and ${max}`,
    rules: [IsInt(), Min(min), Max(max)],
    parse: (written) => (/^\d+$/.test(written.trim()) ? Number(written) : undefined),
    format: String,
  };
}

/** A size with its unit, or a plain number of bytes; the value is bytes, and so are the bounds. */
export function size({ min, max }: Range): Notation<number> {
  return {
    allowed: `a size with its unit, such as 64KiB, between ${formatSize(min)} and ${formatSize(max)}`,
    rules: [IsInt(), Min(min), Max(max)],
    parse: readable(parseSize),
    format: formatSize,
  };
}

/** A time with its unit; the value is milliseconds, and so are the bounds. */
export function duration({ min, max }: Range): Notation<number> {
  return {
    allowed: `a time with its unit, such as 25s, between ${formatDuration(min)} and ${formatDuration(max)}`,
    rules: [IsInt(), Min(min), Max(max)],
    parse: readable(parseDuration),
    format: formatDuration,
  };
}

/** On or off. */
export function flag(): Notation<boolean> {
  const words = new Map([
    ['true', true],
    ['false', false],
  ]);
  return {
    allowed: 'true or false',
    rules: [IsBoolean()],
    parse: (written) => words.get(written.trim()),
    format: String,
  };
}

/** One of a few words, in exactly this spelling. */
export function oneOf<const Word extends string>(...words: readonly [Word, Word, ...Word[]]): Notation<Word> {
  return {
    allowed: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    rules: [IsIn([...words])],
    parse: (written) => words.find((word) => word === written.trim()),
    format: (word) => word,
  };
}

/** A text, taken as it stands, spaces included. The bounds count characters, a surrogate pair as one. */
export function text({ min, max }: Range): Notation<string> {
  return {
    allowed: `a text of ${min} to ${max} characters`,
    rules: [Length(min, max)],
    parse: (written) => written,
    format: (value) => value,
  };
}

/** The path of a file, which need not be set. Whether the file is there and any good is asked where it is read. */
export function optionalFile({ example }: { readonly example: string }): Notation<string> {
  return {
    allowed: `the path of a file, such as ${example}`,
    rules: [ValidateIf((_settings, value) => value !== undefined), IsString(), IsNotEmpty()],
    parse: (written) => written.trim(),
    format: (path) => path,
  };
}

/** The path of a directory. Whether it is there, or can be made, is asked where it is used. */
export function directory({ example }: { readonly example: string }): Notation<string> {
  return {
    allowed: `the path of a directory, such as ${example}`,
    rules: [IsString(), IsNotEmpty()],
    parse: (written) => written.trim(),
    format: (path) => path,
  };
}

/**
 * A secret of enough bytes not to be guessed; need not be set. Taken as it stands.
 *
 * @param min bytes of UTF-8
 */
export function optionalSecret({ min }: { readonly min: number }): Notation<string> {
  return {
    allowed: `at least ${min} bytes that nobody can guess, such as openssl rand -base64 48 makes`,
    rules: [ValidateIf((_settings, value) => value !== undefined), IsString()],
    parse: (written) => (Buffer.byteLength(written) >= min ? written : undefined),
    format: (secret) => secret,
    isSecret: true,
  };
}

/** A text of at least one character, which need not be set. Taken as it stands. */
export function optionalText({ max, example }: { readonly max: number; readonly example: string }): Notation<string> {
  return {
    allowed: `a text of 1 to ${max} characters, such as ${example}`,
    rules: [ValidateIf((_settings, value) => value !== undefined), Length(1, max)],
    parse: (written) => written,
    format: (value) => value,
  };
}

/** An address that is asked over HTTPS, or over HTTP on this machine; need not be set. */
export function optionalUrl({ example }: { readonly example: string }): Notation<string> {
  return {
    allowed: `an https:// address without user and password, such as ${example}; http:// for localhost alone`,
    rules: [ValidateIf((_settings, value) => value !== undefined), IsString()],
    parse: (written) => (isSafeUrl(written.trim()) ? written.trim() : undefined),
    format: (url) => url,
  };
}

/** Where Redis is; need not be set. */
export function optionalRedisUrl(): Notation<string> {
  return {
    allowed:
      'redis://user:password@host:6379, rediss:// for TLS, redis+sentinel://host:26379,host:26379/name or ' +
      'redis+cluster://host:6379,host:6379',
    rules: [ValidateIf((_settings, value) => value !== undefined), IsString()],
    parse: (written) => (parseRedisUrl(written.trim()) ? written.trim() : undefined),
    format: (url) => url,
    isSecret: true,
  };
}

/** An IP address or a host name to listen on. */
export function host(): Notation<string> {
  return {
    allowed: 'an IP address such as 0.0.0.0 or ::, or a host name, without port, brackets or http://',
    rules: [ValidateBy({ name: 'isHost', validator: { validate: isHost } })],
    parse: (written) => written.trim(),
    format: (value) => value,
  };
}

function readable<T>(parse: (written: string) => T): (written: string) => T | undefined {
  return (written) => {
    try {
      return parse(written.trim());
    } catch (error) {
      if (error instanceof UnitsError) return undefined;
      throw error;
    }
  };
}

/** Nobody on the way can read or change what is asked there. */
function isSafeUrl(written: string): boolean {
  if (!URL.canParse(written)) return false;
  const { protocol, hostname, username, password } = new URL(written);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Whether only this machine can reach a host: `localhost`, 127.0.0.0/8 or ::1, in brackets or not. */
export function isLoopback(name: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(name);
}

function isHost(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  // A name needs a letter: 10.0.0 and 256.1.1.1 are addresses gone wrong, not names.
  return isIP(value) !== 0 || /^(?=.*[a-z])[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(value);
}
