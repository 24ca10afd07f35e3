/**
 * What a stage needs of the servers that it is played on, be it one process or a cluster with all that belongs to it.
 */
import type { Random } from '../random.ts';

/** Where and how it is to be built. */
export interface Site {
  /** For its files; removed after it has left. */
  readonly directory: string;
  /** Settings of every server. */
  readonly env: Readonly<Record<string, string>>;
  /** For what differs between two runs of one seed. */
  readonly random: Random;
}

/** Servers under test. */
export interface House {
  /** A port of this machine at which it is found. */
  readonly port: number;
  /** `ws://127.0.0.1:21234`, where clients connect that have no proxy of their own. */
  readonly address: string;
  /** `ws://127.0.0.1:21234/ws`, where history is asked for, past every proxy. */
  readonly url: string;
  /** The end of what it has written. */
  readonly output: string;
  /** Ends it in good order. Resolves with what did not go as it should, in sentences. */
  leave(): Promise<readonly string[]>;
  /** Ends it at once, and waits for nothing: this process is about to end. */
  abandon(): void;
}
