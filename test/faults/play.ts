/**
 * Plays one scenario from an empty data directory to the verdict.
 */
import { join } from 'node:path';
import { FAULTS } from './ledger/findings.ts';
import type { Fault } from './ledger/findings.ts';
import type { ReconnectFigures } from './ledger/reconnects.ts';
import type { Form, Scenario } from './scenarios/scenario.ts';
import type { House, Site } from './stage/house.ts';
import { Server } from './stage/server.ts';
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
  /** Publications without a key of which nobody knows what became. */
  readonly unanswered: number;
  /** Messages that subscribers were given, all together. */
  readonly delivered: number;
  readonly faults: Readonly<Record<Fault, number>>;
  readonly reconnects: ReconnectFigures;
  /** Everything that went wrong, in sentences. Nothing did when it is empty. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** Plays a scenario on one server; as `playOn`. */
export async function play(scenario: Scenario, playing: Playing): Promise<Outcome> {
  return playOn(scenario, playing, async ({ directory, env, random }) =>
    Server.start({ DATA_DIR: join(directory, 'data'), ...env }, random),
  );
}

/**
 * Plays a scenario. Rejects only when the stage cannot be set; what goes wrong after that is in the outcome.
 *
 * @param build starts what it is played on
 */
export async function playOn<Of extends House>(
  scenario: Scenario<Of>,
  { form, seed, progress = () => undefined }: Playing,
  build: (site: Site) => Promise<Of>,
): Promise<Outcome> {
  const begin = Date.now();
  const { historySize, env = {}, mayForget = false } = scenario;
  const stage = await Stage.open({ seed, historySize, env, mayForget, progress }, build);
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
  if (mayForget) stage.notes.push(`${ledger.forgotten} acknowledged messages were lost, and all clients told`);
  const { clients, notes } = stage;
  const { messages, acknowledged, unanswered, delivered, findings, complaints } = ledger;
  return {
    name: scenario.name,
    clients,
    messages,
    acknowledged,
    unanswered,
    delivered,
    reconnects: ledger.reconnects.figures,
    faults: Object.fromEntries(FAULTS.map((fault) => [fault, findings.count(fault)])) as Record<Fault, number>,
    problems: [...complaints, ...findings.sentences],
    notes,
    seconds: (Date.now() - begin) / 1000,
  };
}
