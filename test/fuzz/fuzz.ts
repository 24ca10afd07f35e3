/**
 * One run: a server, two well-behaved neighbours, and kind after kind of hostile visits, in equal rounds. Stops at the first thing
 * that goes wrong, and says by which bytes.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '../faults/random.ts';
import { culpritAmong } from './culprit.ts';
import { House } from './stage/house.ts';
import { Neighbours, NEIGHBOURS } from './stage/neighbours.ts';
import { visit } from './stage/visit.ts';
import type { Kind, Session } from './session.ts';

/** Rounds of each kind. The first one warms the server up: what it holds afterwards is what the last one is measured by. */
const ROUNDS = 5;

/** Milliseconds for which the neighbours are alone first. */
const ALONE = 500;

/** Visits that have ended lately and may still be the cause of what is seen now. */
const LATELY = 48;

/** What is asked for. */
export interface Wanted {
  readonly kind: Kind;
  readonly seed: number;
  /** Inputs in all rounds together. */
  readonly count: number;
  /** Rounds that they are spread over; enough to tell whether memory grows when left out. */
  readonly rounds?: number;
  /** Goes on in further rounds until then, ms on the clock of `performance.now()`. */
  readonly until?: number;
  readonly progress?: (share: number) => void;
}

/** What came of one kind. */
export interface Outcome {
  readonly kind: string;
  readonly inputs: number;
  readonly seconds: number;
  /** Messages of the neighbours, and how long the slowest of a hundred took, ms. */
  readonly messages: number;
  readonly p99: number;
  /** The same before anything hostile came: what this machine makes of it by itself. */
  readonly alone: number;
  /** What is held after the last round, over what was held after the first: 1 is the same. */
  readonly memory: number | undefined;
  readonly heap: number;
  readonly problem: string | undefined;
  /** The smallest visit that shows the problem, one line for each write. */
  readonly reproducer: readonly string[];
}

/** Fuzzes one kind, on a server of its own. */
export async function fuzz(wanted: Wanted): Promise<Outcome> {
  const { kind } = wanted;
  const begin = performance.now();
  const house = await House.open(kind.env);
  const neighbours = await Neighbours.moveIn(house.wsUrl);
  const run = new Run(wanted, house, neighbours);
  try {
    await run.rounds();
  } catch (error) {
    run.fails(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  await neighbours.moveOut();
  const left = await house.close();
  if (left !== undefined) run.fails(left);
  return run.outcome((performance.now() - begin) / 1000);
}

class Run {
  private number = 0;
  private inputs = 0;
  private problem: string | undefined;
  private suspects: readonly Session[] = [];
  private readonly lately: Session[] = [];
  private readonly latencies: number[] = [];
  private alone: readonly number[] = [];
  private readonly memory: (number | undefined)[] = [];
  private readonly heap: number[] = [];

  constructor(
    private readonly wanted: Wanted,
    private readonly house: House,
    private readonly neighbours: Neighbours,
  ) {}

  /** Notes what went wrong first, and the visits that may be the cause. */
  fails(problem: string, suspects: readonly Session[] = []): void {
    if (this.problem !== undefined) return;
    this.problem = problem;
    this.suspects = suspects;
  }

  async rounds(): Promise<void> {
    const { count, until = 0, rounds = ROUNDS, progress } = this.wanted;
    const files = await this.house.files();
    await wait(ALONE);
    this.alone = (await this.neighbours.seen()).latencies;
    this.neighbours.goOn();
    for (let round = 0; this.problem === undefined && (round < rounds || performance.now() < until); round += 1) {
      const end = Math.ceil((count * (round + 1)) / rounds);
      await this.round(end, () => progress?.(Math.min(1, this.inputs / count)));
      const left = this.problem === undefined ? await this.house.settled(NEIGHBOURS, files) : undefined;
      if (left !== undefined) this.fails(left);
      if (this.problem !== undefined) break;
      const { latencies, problems } = await this.neighbours.seen();
      this.latencies.push(...latencies);
      if (problems.length > 0) this.fails(`the neighbours: ${problems.join('; ')}`);
      // Everybody would wait for a collection that only the fuzzer asks for.
      const { memory, heap } = await this.house.held();
      this.memory.push(memory);
      this.heap.push(heap);
      this.neighbours.goOn();
    }
  }

  async outcome(seconds: number): Promise<Outcome> {
    const { kind } = this.wanted;
    const found = this.problem === undefined ? undefined : await culpritAmong(this.suspects, kind.env ?? {});
    return {
      kind: kind.name,
      inputs: this.inputs,
      seconds,
      messages: this.latencies.length,
      p99: percentile(this.latencies, 0.99),
      alone: percentile(this.alone, 0.99),
      memory: ratio(this.memory),
      heap: ratio(this.heap) ?? 1,
      problem: this.problem,
      reproducer: found ? [found.problem, ...found.session.writes.map((bytes) => bytes.toString('hex'))] : [],
    };
  }

  /** Visits until there have been so many inputs. */
  private async round(end: number, progressed: () => void): Promise<void> {
    const visitors = Array.from({ length: this.wanted.kind.concurrency }, async () => {
      while (this.inputs < end && this.problem === undefined) {
        await this.visit();
        progressed();
      }
    });
    await Promise.all(visitors);
  }

  private async visit(): Promise<void> {
    const { kind, seed } = this.wanted;
    this.number += 1;
    const session = kind.session(new Random(Math.imul(seed, 0x9e3779b1) + this.number));
    this.inputs += session.inputs;
    this.lately.unshift(session);
    this.lately.splice(LATELY + kind.concurrency);
    const answer = await visit(this.house.port, session);
    const { trouble } = this.house;
    if (trouble !== undefined) this.fails(trouble, [...this.lately]);
    else if (answer !== undefined) this.fails(answer, [session]);
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function ratio(values: readonly (number | undefined)[]): number | undefined {
  const [first, last] = [values[0], values.at(-1)];
  return first === undefined || last === undefined ? undefined : last / first;
}
