/**
 * What the contract suites of a channel log share: how they get one, and how they speak to it.
 */
import type { MessageData } from '../protocol/events.ts';
import type { ChannelLog, Entry, Page, Publication } from './channel-log.ts';
import type { Retention } from './retention.ts';

/** What a log under test must be made with. */
export interface ContractTerms {
  readonly retention: Retention;
  /** Milliseconds. */
  readonly idempotencyTtl: number;
  /** The clock of its messages, ms since 1970. */
  readonly now: () => number;
}

/** A log under test, new and empty, that trims without being asked to, within a second. */
export interface LogUnderTest {
  readonly log: ChannelLog;
  /** Closes it and opens the same one; undefined for a log that does not outlive its process. */
  readonly reopen?: () => Promise<ChannelLog>;
  /** Lets go of whatever is open. */
  readonly close: () => Promise<void>;
}

/** Makes a log under test. */
export type OpenLog = (terms: ContractTerms) => Promise<LogUnderTest>;

/** Terms under which nothing is trimmed or forgotten while a test runs. */
export const LARGE: ContractTerms = { retention: { size: 1000, ttl: 60_000 }, idempotencyTtl: 60_000, now: Date.now };

/** A publication with this text. */
export function said(text: string): Publication {
  return { from: 'u1', text };
}

/** 1..count. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Waits until something is so; a test that waits in vain fails by its own time limit. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The message in an entry. */
export function message(entry: Entry | undefined): MessageData {
  return JSON.parse(entry?.json ?? '{}') as MessageData;
}

/** The texts of entries. */
export function texts(entries: readonly Entry[]): (string | undefined)[] {
  return entries.map((entry) => message(entry).text);
}

/** All of a channel, up to 500 messages. */
export function all(log: ChannelLog, channel: string): Promise<Page> {
  return log.read({ channel, after: 0, limit: 500 });
}
