/**
 * What the page remembers in this browser. Where storage is forbidden (a private window, a strict policy) it forgets,
 * and everything else works on.
 */
import type { Position } from '../sdk/index.ts';
import { isChannelName } from './conversation/channel-name.ts';

/** What is remembered, by what key. */
export type Remembered = 'belfry.name' | 'belfry.language' | 'belfry.notify' | 'belfry.channels' | 'belfry.seen';

/** What was kept under this key, if anything was. */
export function recall(key: Remembered): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value under this key for the next visit. */
export function remember(key: Remembered, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Forgetting is no reason to stop.
  }
}

/** The channels of the last visit, in their order. */
export function recallChannels(): readonly string[] {
  const names = parsed('belfry.channels');
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string' && isChannelName(name)) : [];
}

/** How far each channel has been read. */
export function recallSeen(): ReadonlyMap<string, Position> {
  const seen = parsed('belfry.seen');
  const entries = Object.entries(typeof seen === 'object' && seen !== null ? seen : {});
  return new Map(entries.filter((entry): entry is [string, Position] => isPosition(entry[1])));
}

/** Keeps how far channels have been read, beside what other tabs have kept of theirs. */
export function rememberSeen(seen: ReadonlyMap<string, Position>): void {
  remember('belfry.seen', JSON.stringify(Object.fromEntries([...recallSeen(), ...seen])));
}

function parsed(key: Remembered): unknown {
  try {
    return JSON.parse(recall(key) ?? 'null');
  } catch {
    return undefined;
  }
}

function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, offset } = value as Partial<Record<keyof Position, unknown>>;
  return typeof epoch === 'string' && Number.isInteger(offset);
}
