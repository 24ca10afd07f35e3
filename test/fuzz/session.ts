/**
 * One hostile visit: the bytes of one TCP connection, and how it ends. It follows from the seed, its kind and its number alone,
 * so that each can be played again without the others.
 */
import type { Random } from '../faults/random.ts';

/**
 * How a client goes.
 * `end`: when it was answered, or nothing comes any more; `half-close`: says at once that nothing will come, and still listens;
 * `reset`: is gone at once; `unread`: never reads what it asks for, and is gone then; `stay`: not at all, the server has to act.
 */
export type Ending = 'end' | 'half-close' | 'reset' | 'unread' | 'stay';

/** One visit. */
export interface Session {
  /** Mutated frames, envelopes, handshakes or requests in it. */
  readonly inputs: number;
  /** What is written, one after the other. */
  readonly writes: readonly Buffer[];
  /** Milliseconds between two writes. */
  readonly pause?: number;
  readonly ending: Ending;
}

/** A family of visits. */
export interface Kind {
  /** For `--only`. */
  readonly name: string;
  /** What it is, for people. */
  readonly title: string;
  /** How much of a whole run it is, in inputs. */
  readonly share: number;
  /** How many are under way at once. */
  readonly concurrency: number;
  /** Settings of the server that differ from the fuzzer's own. */
  readonly env?: Readonly<Record<string, string>>;
  session(random: Random): Session;
}
