/**
 * Plays one scenario from an empty data directory to the verdict.
 */
import { FAULTS } from './ledger/findings.ts';
import type { Fault } from './ledger/findings.ts';
import type { Form, Scenario } from './scenarios/scenario.ts';
import { Stage } from './stage/stage.ts';

/** How it is played. */
export interface Playing {
  readonly form: Form;
  /** The same seed gives the same faults. */
  readonly seed: number;
  /** Told how far it is, 0..1. */
  readonly progress?: (share: number) => void;
}

/** What came of it. */
export interface Outcome {
  readonly name: string;
  readonly clients: number;
  /** Publications, each counted once. */
  readonly messages: number;
  readonly acknowledged: number;
  /** Messages that subscribers were given, all together. */
  readonly delivered: number;
  readonly faults: Readonly<Record<Fault, number>>;
  /** Everything that went wrong, in sentences. Nothing did when it is empty. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** Plays a scenario. Rejects only when the stage cannot be set; what goes wrong after that is in the outcome. */
export async function play(scenario: Scenario, { form, seed, progress = () => undefined }: Playing): Promise<Outcome> {
  const begin = Date.now();
  const { historySize, env = {} } = scenario;
  const stage = await Stage.open({ seed, historySize, env, progress });
  const { ledger } = stage;
  try {
    await stage.settle(await scenario.play(stage, form));
  } catch (error) {
    ledger.complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  try {
    await stage.judge();
  } catch (error) {
    ledger.complain(`no verdict: ${(error as Error).message}\n${stage.server.output}`);
  }
  await stage.close();
  const { clients, notes } = stage;
  const { messages, acknowledged, delivered, findings, complaints } = ledger;
  return {
    name: scenario.name,
    clients,
    messages,
    acknowledged,
    delivered,
    faults: Object.fromEntries(FAULTS.map((fault) => [fault, findings.count(fault)])) as Record<Fault, number>,
    problems: [...complaints, ...findings.sentences],
    notes,
    seconds: (Date.now() - begin) / 1000,
  };
}
