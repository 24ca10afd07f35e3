/**
 * What is wrong with the log, for its callers, for health and for the operator.
 * Temporary trouble (a full disk) is over with the next transaction; broken is broken until the server is restarted.
 */
import type { EngineHealth } from '../channel-log.ts';
import { EngineUnavailable } from '../engine-unavailable.ts';

/** Milliseconds that the disk may take for one transaction before the log counts as down. */
const PATIENCE = 10_000;

/** The trouble of one log. */
export class Trouble {
  private reason: string | undefined;
  private isBroken = false;
  private writingSince: number | undefined;

  /** @param tell hears a sentence when trouble begins and when it is over, once each */
  constructor(private readonly tell: (sentence: string) => void) {}

  /** Whether there is any. */
  get isThere(): boolean {
    return this.reason !== undefined;
  }

  /** Whether the log works now. */
  health(): EngineHealth {
    if (this.reason !== undefined) return { status: 'down', reason: this.reason };
    const waited = this.writingSince === undefined ? 0 : performance.now() - this.writingSince;
    if (waited < PATIENCE) return { status: 'up' };
    return { status: 'down', reason: `The disk has not answered for ${Math.round(waited / 1000)} s.` };
  }

  /** A transaction begins, or has ended. */
  writing(isWriting: boolean): void {
    this.writingSince = isWriting ? performance.now() : undefined;
  }

  /** A transaction was written: what was temporary has passed. */
  isOver(): void {
    if (this.isBroken || this.reason === undefined) return;
    this.reason = undefined;
    this.tell('The log can be written again.');
  }

  /** Trouble that does not pass. */
  breaks(error: unknown): void {
    if (this.isBroken) return;
    this.isBroken = true;
    this.report(`The log is broken (${messageOf(error)}): restart the server, and look at the disk.`);
  }

  /** @throws EngineUnavailable when the log is broken */
  refuseIfBroken(): void {
    if (this.isBroken) throw new EngineUnavailable(this.reason);
  }

  /** Takes note of an error, and makes of it what callers are told. */
  unavailable(what: string, error: unknown): EngineUnavailable {
    if (error instanceof EngineUnavailable) return error;
    const sentence = `${what} (${messageOf(error)}).`;
    if (!this.isBroken) this.report(sentence);
    return new EngineUnavailable(sentence, { cause: error });
  }

  private report(sentence: string): void {
    if (this.reason !== sentence) this.tell(sentence);
    this.reason = sentence;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
