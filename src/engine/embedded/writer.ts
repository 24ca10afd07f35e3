/**
 * The one who writes: group commit, and trimming in between.
 * Relies on nobody else writing to the data file. One transaction is in flight at a time; all appends that wait
 * meanwhile are the next one. LMDB writes on a thread of its own, so that the event loop never waits for the disk.
 * Guarantees that an append is answered once: after its transaction is durable and announced, or because it failed.
 */
import type { Appended, Batch, Publication } from '../channel-log.ts';
import { EngineUnavailable } from '../engine-unavailable.ts';
import { FencedOff } from './data-file/data-file.ts';
import type { DataFile } from './data-file/data-file.ts';
import type { Transaction } from './data-file/transaction.ts';
import { Draft } from './draft.ts';
import { Trimmer } from './trim.ts';
import type { TrimTerms } from './trim.ts';
import type { Trouble } from './trouble.ts';

/** What a writer needs to know. */
export interface WriterTerms extends TrimTerms {
  readonly epoch: string;
  /** The clock, ms since 1970. */
  readonly now: () => number;
  /** Hears of what has become durable. Must not throw. */
  readonly announce: (batch: Batch) => void;
  /** Milliseconds between the steps of a round of trimming, and between rounds. */
  readonly trimming: { readonly step: number; readonly round: number };
}

/** Messages beyond a channel's size at which it does not wait for the next round. */
const OVERDUE = 256;

/** Messages, and keys, that a step of trimming removes at the most; as many again as were just appended. */
const STEP = 1000;

interface Waiting {
  readonly channel: string;
  readonly publication: Publication;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes to one data file. */
export class Writer {
  private readonly trimmer: Trimmer;
  private readonly overdue = new Set<string>();
  private waiting: Waiting[] = [];
  private isStepDue = false;
  private timer: NodeJS.Timeout | undefined;
  private isWorking = false;
  private working: Promise<void> | undefined;
  private isClosed = false;

  constructor(
    private readonly file: DataFile,
    private readonly trouble: Trouble,
    private readonly terms: WriterTerms,
  ) {
    this.trimmer = new Trimmer(file, terms);
    this.scheduleStep();
  }

  /** Appends one message, as ChannelLog says. */
  append(channel: string, publication: Publication): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ channel, publication, resolve, reject });
      this.wake();
    });
  }

  /** Answers the appends that wait, and writes nothing more. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.working;
  }

  private wake(): void {
    if (this.isWorking) return;
    this.isWorking = true;
    this.working = this.work();
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0 || this.isStepDue) {
      // Whatever else this turn of the event loop brings is in the same transaction.
      await new Promise(setImmediate);
      if (this.waiting.length > 0) await this.commit();
      if (this.isStepDue) await this.step();
    }
    // Right behind the last look at what waits: an append that comes between the two would wait for nobody.
    this.isWorking = false;
  }

  private async commit(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    const at = this.terms.now();
    const { epoch, idempotencyTtl, retention } = this.terms;
    const draft = new Draft(this.file, { epoch, at, keysSince: at - idempotencyTtl });
    const answers: (() => void)[] = [];
    try {
      this.trouble.refuseIfBroken();
      for (const waiting of batch) answers.push(draftAnswer(draft, waiting));
      const transaction = draft.transaction();
      if (!transaction.isEmpty) await this.write(transaction);
    } catch (error) {
      const unavailable = this.trouble.unavailable('The log cannot be written', error);
      for (const { reject } of batch) reject(unavailable);
      return;
    }
    for (const news of draft.batches()) this.terms.announce(news);
    for (const answer of answers) answer();
    for (const channel of draft.beyond(retention, OVERDUE)) this.overdue.add(channel);
    for (const channel of this.overdue) {
      this.overdue.delete(channel);
      await this.trim(() => this.trimmer.stepOf(channel, this.terms.now(), STEP + batch.length));
    }
  }

  /** A step of the round that goes on as long as the log is open. */
  private async step(): Promise<void> {
    this.isStepDue = false;
    await this.trim(() => this.trimmer.step(this.terms.now(), STEP));
    this.scheduleStep();
  }

  private async trim(next: () => Transaction): Promise<void> {
    try {
      this.trouble.refuseIfBroken();
      const transaction = next();
      // In trouble an empty one tries whether the disk has room again: to a server that is not ready no append may come.
      if (!transaction.isEmpty || this.trouble.isThere) await this.write(transaction);
    } catch (error) {
      // The next round tries again; the operator has been told.
      this.trouble.unavailable('The log cannot be trimmed', error);
    }
  }

  private async write(transaction: Transaction): Promise<void> {
    this.trouble.writing(true);
    try {
      const { kept, flushed } = await this.file.write(transaction);
      await kept;
      this.trouble.isOver();
      // The OS has it. A disk that does not take it from there is none to go on with: the log may go back by itself.
      flushed.catch((error: unknown) => this.trouble.breaks(error));
    } catch (error) {
      if (error instanceof FencedOff || !this.file.isReadable()) this.trouble.breaks(error);
      throw error;
    } finally {
      this.trouble.writing(false);
    }
  }

  private scheduleStep(): void {
    if (this.isClosed) return;
    const { step, round } = this.terms.trimming;
    const pause = this.trimmer.isAtEnd ? round : step;
    this.timer = setTimeout(() => {
      this.isStepDue = true;
      this.wake();
    }, pause).unref();
  }
}

/** What to do for one append once the draft is durable. One that is no JSON is refused alone. */
function draftAnswer(draft: Draft, { channel, publication, resolve, reject }: Waiting): () => void {
  try {
    const appended = draft.append(channel, publication);
    return () => resolve(appended);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return () => reject(error);
  }
}

/** The log is closed. */
export function closedError(): EngineUnavailable {
  return new EngineUnavailable('The log is closed.');
}
