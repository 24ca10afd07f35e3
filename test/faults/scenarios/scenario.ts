/**
 * What a scenario is: a server with certain settings, and a play of faults on it. After it, the ledger judges.
 */
import type { House } from '../stage/house.ts';
import type { Server } from '../stage/server.ts';
import type { Stage } from '../stage/stage.ts';

/** `short` for every `npm test`, `long` for `npm run faults`. */
export type Form = 'short' | 'long';

/** One kind of fault, played again and again, on a server or on whatever else stands there. */
export interface Scenario<Of extends House = Server> {
  /** For `--only`. */
  readonly name: string;
  /** What happens, as the end of a sentence that begins with "nothing is lost, doubled or disordered when". */
  readonly title: string;
  /** HISTORY_SIZE. */
  readonly historySize: number;
  /** Settings of the server besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether its faults cost the log its memory, which must then be told. */
  readonly mayForget?: boolean;
  /**
   * Plays it. What must not happen beside the four faults goes to `stage.ledger.complain`.
   *
   * @returns publications that are still unanswered; the stage waits for them
   */
  play(stage: Stage<Of>, form: Form): Promise<ReadonlyArray<Promise<unknown>>>;
}
