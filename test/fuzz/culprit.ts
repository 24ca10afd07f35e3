/**
 * Finds the visit that did it, and makes it as small as it can be: each candidate is played alone, against a fresh server.
 */
import { House } from './stage/house.ts';
import { visit } from './stage/visit.ts';
import type { Session } from './session.ts';

/** Milliseconds that the search may take. */
const PATIENCE = 60_000;

/** A visit that goes wrong alone. */
export interface Culprit {
  readonly session: Session;
  readonly problem: string;
}

/** The smallest visit that still goes wrong; undefined when none does alone. */
export async function culpritAmong(
  candidates: readonly Session[],
  env: Readonly<Record<string, string>>,
): Promise<Culprit | undefined> {
  const court = new Court(env);
  try {
    for (const session of candidates) {
      const problem = await court.problemOf(session);
      if (problem !== undefined) return await court.shrunk({ session, problem });
    }
    return undefined;
  } finally {
    await court.close();
  }
}

class Court {
  private readonly deadline = performance.now() + PATIENCE;
  private house: House | undefined;

  constructor(private readonly env: Readonly<Record<string, string>>) {}

  /** What goes wrong when it is played alone. */
  async problemOf(session: Session): Promise<string | undefined> {
    if (performance.now() > this.deadline) return undefined;
    this.house ??= await House.open(this.env);
    const answer = await visit(this.house.port, session);
    const problem = this.house.trouble ?? answer;
    if (this.house.trouble !== undefined) await this.close();
    return problem;
  }

  /** Leaves out one write after the other, then ever smaller parts of each. */
  async shrunk(culprit: Culprit): Promise<Culprit> {
    let smallest = culprit;
    const tries = async (writes: readonly Buffer[]): Promise<boolean> => {
      const session = { ...smallest.session, writes };
      const problem = await this.problemOf(session);
      if (problem !== undefined) smallest = { session, problem };
      return problem !== undefined;
    };
    for (let i = smallest.session.writes.length - 1; i >= 0; i -= 1)
      await tries(smallest.session.writes.toSpliced(i, 1));
    await tries([Buffer.concat(smallest.session.writes)]);
    for (let i = 0; i < smallest.session.writes.length; i += 1) {
      for (let part = smallest.session.writes[i]?.length ?? 0; part >= 1; part = Math.floor(part / 2)) {
        for (let from = 0; from < (smallest.session.writes[i]?.length ?? 0);) {
          const bytes = smallest.session.writes[i] ?? Buffer.alloc(0);
          const less = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + part)]);
          if (!(await tries(smallest.session.writes.with(i, less)))) from += part;
        }
      }
    }
    return smallest;
  }

  async close(): Promise<void> {
    await this.house?.close();
    this.house = undefined;
  }
}
