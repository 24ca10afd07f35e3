/**
 * The channel log in an LMDB file of this process: nothing else to run, and a killed process loses nothing.
 * Relies on start.ts for a directory that is whole and ours, and on the writer for all that changes.
 * Reads are answered from the memory map in the turn of the event loop in which they are asked.
 */
import type {
  Appended,
  AppendedListener,
  Batch,
  ChannelLog,
  EngineHealth,
  ListedChannel,
  ListRequest,
  Page,
  PageRequest,
  Publication,
  Reach,
} from '../channel-log.ts';
import type { Durability } from '../../settings/settings.ts';
import type { RetentionOf } from '../retention.ts';
import { currentBoot } from './data-file/life.ts';
import { DamagedLog, readChannels, readPage, readReach } from './read-page.ts';
import { start } from './start.ts';
import type { Started } from './start.ts';
import { Trouble } from './trouble.ts';
import { closedError, Writer } from './writer.ts';

/** What an embedded log is made of. */
export interface EmbeddedLogOptions {
  /** Where it lives; made when it is not there. One process at a time. */
  readonly directory: string;
  readonly durability: Durability;
  /** Milliseconds that an idempotency key is remembered. */
  readonly idempotencyTtl: number;
  readonly retention: RetentionOf;
  /** Hears a sentence for the operator when something goes wrong, and when it is well again. */
  readonly onTrouble?: (sentence: string) => void;
  /** The clock, ms since 1970. */
  readonly now?: () => number;
  /** Names this boot of the machine; null when it cannot be known. */
  readonly boot?: string | null;
  /** Milliseconds between two steps of trimming, and between two rounds over all channels. */
  readonly trimming?: { readonly step: number; readonly round: number };
}

/** A round over 100,000 channels takes 50 s; a step, about a millisecond when there is nothing to trim. */
const TRIMMING = { step: 50, round: 5000 };

/** The embedded log. */
export class EmbeddedLog implements ChannelLog {
  private readonly trouble: Trouble;
  private readonly writer: Writer;
  private readonly watched = new Map<string, number>();
  private readonly listeners: AppendedListener[] = [];
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly started: Started,
    { retention, idempotencyTtl, onTrouble, now, trimming }: EmbeddedLogOptions,
  ) {
    this.trouble = new Trouble(onTrouble ?? (() => {}));
    this.writer = new Writer(started.file, this.trouble, {
      epoch: started.epoch,
      retention,
      idempotencyTtl,
      now: now ?? Date.now,
      trimming: trimming ?? TRIMMING,
      announce: (batch) => this.announce(batch),
    });
  }

  /**
   * Opens the log in its directory.
   *
   * @throws EngineStartError when the directory cannot be used, is in use, or holds something damaged
   */
  static async open(options: EmbeddedLogOptions): Promise<EmbeddedLog> {
    const { directory, durability, boot } = options;
    return new EmbeddedLog(
      await start({ directory, durability, boot: boot === undefined ? currentBoot() : boot }),
      options,
    );
  }

  append(channel: string, publication: Publication): Promise<Appended> {
    return this.closing ? Promise.reject(closedError()) : this.writer.append(channel, publication);
  }

  read(request: PageRequest): Promise<Page> {
    return this.reading(() => readPage(this.started.file, this.started.epoch, request));
  }

  reach(channel: string): Promise<Reach> {
    return this.reading(() => readReach(this.started.file, this.started.epoch, channel));
  }

  list(request: ListRequest): Promise<readonly ListedChannel[]> {
    return this.reading(() => readChannels(this.started.file, this.started.epoch, request));
  }

  watch(channel: string): Promise<void> {
    if (this.closing) return Promise.reject(closedError());
    this.watched.set(channel, (this.watched.get(channel) ?? 0) + 1);
    return Promise.resolve();
  }

  unwatch(channel: string): void {
    const left = (this.watched.get(channel) ?? 0) - 1;
    if (left > 0) this.watched.set(channel, left);
    else this.watched.delete(channel);
  }

  onAppended(listener: AppendedListener): void {
    this.listeners.push(listener);
  }

  /** Never heard of: nobody else writes to this log, and what was lost shows at the start. */
  onReset(): void {}

  health(): Promise<EngineHealth> {
    return Promise.resolve(this.closing ? { status: 'down', reason: closedError().message } : this.trouble.health());
  }

  close(): Promise<void> {
    this.closing ??= this.writer.close().then(() => this.started.end());
    return this.closing;
  }

  private announce(batch: Batch): void {
    if (!this.watched.has(batch.channel)) return;
    for (const listener of this.listeners) listener(batch);
  }

  private async reading<T>(read: () => T): Promise<T> {
    if (this.closing) throw closedError();
    try {
      return read();
    } catch (error) {
      // LMDB's own errors have a number; without one it is a caller's mistake.
      const isLmdb = typeof (error as { readonly code?: unknown }).code === 'number';
      if (!isLmdb && !(error instanceof DamagedLog)) throw error;
      this.trouble.breaks(error);
      throw this.trouble.unavailable('The log cannot be read', error);
    }
  }
}
