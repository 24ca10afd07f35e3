/**
 * Reads the settings out of the environment, or says everything that is wrong with them in one go.
 * Relies on the settings table for names and notations, and on class-validator for the bounds.
 * Whoever corrects each line that it complains about has settings that start.
 */
import { validateSync } from 'class-validator';
import { Settings, SETTINGS } from './settings.ts';
import type { Setting } from './settings.ts';
import { unknownVariables } from './unknown-variables.ts';

const eitherOf = new Intl.ListFormat('en', { type: 'disjunction' });

/** What `loadSettings` found. */
export interface LoadedSettings {
  /** Validated and frozen. */
  readonly settings: Settings;
  /** A line for each variable that looks like a setting and is none. Worth a log line; no reason not to start. */
  readonly warnings: readonly string[];
}

/** Settings that cannot be used. The message holds all of `problems`, ready to be shown. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  /** @param problems a line for each: the variable, what it says, what is allowed */
  constructor(readonly problems: readonly string[]) {
    super(`These settings cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/**
 * Reads every setting from the environment. A variable that is not set, or is blank, leaves its default.
 *
 * @param env usually `process.env`; variables that are no settings are left alone
 * @throws SettingsError with all the problems that there are
 */
export function loadSettings(env: NodeJS.ProcessEnv): LoadedSettings {
  const values: Record<string, unknown> = {};
  const refused = new Set<string>();
  for (const { env: name, property, notation } of SETTINGS) {
    const written = valueOf(env, name);
    if (written === undefined) continue;
    const value = notation.parse(written);
    if (value === undefined) refused.add(property);
    else values[property] = value;
  }

  const settings = new Settings(values);
  for (const { property } of validateSync(settings)) refused.add(property);

  const problems = [
    ...SETTINGS.filter(({ property }) => refused.has(property)).map((setting) => complaint(setting, env)),
    ...halfOfTls(env),
    ...redisWithoutUrl(env, settings),
    ...keysOfTokens(env),
  ];
  if (problems.length > 0) throw new SettingsError(problems);
  return { settings, warnings: unknownVariables(env) };
}

/** `HEARTBEAT_INTERVAL is "25x": write a time with its unit, such as 25s, between 1s and 1h.` */
function complaint({ env: name, notation }: Setting, env: NodeJS.ProcessEnv): string {
  if (notation.isSecret) return `${name} cannot be read: write ${notation.allowed}.`;
  return `${name} is ${quote(env[name])}: write ${notation.allowed}.`;
}

/** A certificate without its key, or the other way round. */
function halfOfTls(env: NodeJS.ProcessEnv): string[] {
  const pair = ['TLS_CERT_FILE', 'TLS_KEY_FILE'];
  const [set, ...others] = pair.filter((name) => valueOf(env, name) !== undefined);
  if (set === undefined || others.length > 0) return [];
  const missing = pair.filter((name) => name !== set).join();
  return [`${set} is ${quote(env[set])} but ${missing} is not set: set both to serve TLS, or neither.`];
}

/** Nobody's Redis is at a default address: a server that found none would look like one that lost its messages. */
function redisWithoutUrl(env: NodeJS.ProcessEnv, { engine }: Settings): string[] {
  if (engine !== 'redis' || valueOf(env, 'REDIS_URL') !== undefined) return [];
  return ['ENGINE is "redis" but REDIS_URL is not set: say where Redis is, such as REDIS_URL=redis://localhost:6379.'];
}

/** Which of several keys a token is verified with must not be left to chance; and rules for tokens protect nothing without any. */
function keysOfTokens(env: NodeJS.ProcessEnv): string[] {
  const keys = ['AUTH_JWT_SECRET', 'AUTH_JWT_PUBLIC_KEY_FILE', 'AUTH_JWKS_URL'];
  const set = keys.filter((name) => valueOf(env, name) !== undefined);
  if (set.length > 1) return [`${set.join(' and ')} are set: set the one that tokens are to be verified with.`];
  // A default that is written out, as in .env.example, asks for nothing.
  const rules = SETTINGS.filter(({ env: name, default: value }) => {
    const written = valueOf(env, name);
    return name.startsWith('AUTH_') && !keys.includes(name) && written !== undefined && written.trim() !== value;
  }).map(({ env: name }) => name);
  if (set.length > 0 || rules.length === 0) return [];
  const verb = rules.length > 1 ? 'are' : 'is';
  return [`${rules.join(' and ')} ${verb} set but no key to verify tokens with: set ${eitherOf.format(keys)}.`];
}

/** A blank value is how container platforms unset a variable. */
function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const written = env[name];
  return written === undefined || written.trim() === '' ? undefined : written;
}

/** One line whatever it holds, and not a long one: somebody may have put a whole file into a variable. */
function quote(written = ''): string {
  const longest = 80;
  return JSON.stringify(written.length > longest ? `${written.slice(0, longest)}…` : written);
}
