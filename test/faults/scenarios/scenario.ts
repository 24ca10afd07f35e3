/**
 * What a scenario is: a server with certain settings, and a play of faults on it. After it, the ledger judges.
 */
import type { Stage } from '../stage/stage.ts';

/** `short` for every `npm test`, `long` for `npm run faults`. */
export type Form = 'short' | 'long';

/** One kind of fault, played again and again. */
export interface Scenario {
  /** For `--only`. */
  readonly name: string;
  /** What happens, as the end of a sentence that begins with "nothing is lost, doubled or disordered when". */
  readonly title: string;
  /** HISTORY_SIZE. */
  readonly historySize: number;
  /** Settings of the server besides. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Plays it. What must not happen beside the four faults goes to `stage.ledger.complain`.
   *
   * @returns publications that are still unanswered; the stage waits for them
   */
  play(stage: Stage, form: Form): Promise<ReadonlyArray<Promise<unknown>>>;
}
