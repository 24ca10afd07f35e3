/**
 * What the scenarios see of a client, whichever kind it is: it listens to channels and publishes, comes back by itself when its
 * line breaks, and enters all that happens to it in the ledger.
 */
import type { PublishAck } from '../../../src/protocol/events.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { View } from '../ledger/view.ts';
import type { Random } from '../random.ts';

/** How a client is set up. */
export interface ClientOptions {
  /** Its name, without a `.`; unique in a run. */
  readonly name: string;
  /** Where it finds the server, or the proxy before it: `ws://127.0.0.1:41234`. */
  readonly url: string;
  /** The channels that it listens to. */
  readonly channels: readonly string[];
  readonly ledger: Ledger;
  readonly random: Random;
}

/** What is published. */
export interface Publication {
  readonly channel: string;
  readonly key: string;
  readonly text: string;
}

/** A client. */
export interface TestClient {
  readonly name: string;
  /** Its views, by channel. */
  readonly views: ReadonlyMap<string, View>;
  /** Resolves when it is in all of its channels for the first time. */
  ready(): Promise<void>;
  /** Publishes over as many connections as it takes; resolves with the answer. */
  publish(publication: Publication): Promise<PublishAck>;
  /** Ends it, answered or not. */
  close(): Promise<void>;
}

/** Milliseconds before a client comes back: short, so that a run has many faults, and scattered, so that no two are alike. */
export const COME_BACK = { from: 20, to: 300 } as const;

/** 32 hex digits, by which the server knows an author again on its next connection. */
export function secretOf(random: Random): string {
  return Array.from({ length: 32 }, () => random.between(0, 15).toString(16)).join('');
}
