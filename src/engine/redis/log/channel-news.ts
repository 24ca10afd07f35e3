/**
 * The news of one channel that somebody on this node hears: in order and without a gap, whatever the way of a message.
 * Relies on Redis to publish in the order of the offsets, over one connection. What does not follow what was told is therefore
 * not early but a sign of loss, and is read from the stream instead: once for the whole node, and not by every cursor.
 * Guarantees that what is told begins where `begin` found the channel, and that whoever waits for an offset is let go of.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { AppendedListener, Batch, Page, ResetListener } from '../../channel-log.ts';
import { parseNews } from './channel-store.ts';
import type { ChannelStore } from './channel-store.ts';

/** Milliseconds that news may take longer than the answer to the append that they are about. */
const LATE = 100;

/** What is read at once. */
const PAGE = { limit: 500, maxBytes: 1024 * 1024 };

/** Messages that were missed beyond which they are left to the cursors: a reader goes at its client's pace, this does not. */
const TOO_MANY = 5000;

/** Epochs that are over and whose last news may still be on their way. */
const PAST = 8;

/** Who hears. */
export interface NewsListeners {
  readonly appended: AppendedListener;
  readonly reset: ResetListener;
}

interface Waiting {
  readonly offset: number;
  readonly go: () => void;
}

/** One channel. */
export class ChannelNews {
  private epoch = '';
  /** The offset that comes next. */
  private next = 0;
  /** The newest that was heard of. */
  private newest = 0;
  private readonly past: string[] = [];
  private waiting: Waiting[] = [];
  private healing: Promise<void> | undefined;
  private isOver = false;

  constructor(
    private readonly channel: string,
    private readonly store: ChannelStore,
    private readonly listeners: NewsListeners,
  ) {}

  /** Finds the place from which on everything is told. News that come before count as heard of. */
  async begin(): Promise<void> {
    const { epoch, head } = await this.store.reach(this.channel);
    if (this.next > 0) return;
    this.epoch = epoch;
    this.next = head + 1;
    if (this.newest >= this.next) void this.heal();
  }

  /** What Redis published. */
  receive(news: string): void {
    const epoch = news.slice(0, news.indexOf(' '));
    if (this.isOver || this.past.includes(epoch)) return;
    const batch = parseNews(this.channel, news);
    // Not from one of us: whoever may publish to Redis can write anything.
    if (!Number.isSafeInteger(lastOf(batch))) return;
    this.newest = Math.max(this.newest, lastOf(batch));
    if (this.next === 0 || this.healing) return;
    if (epoch === this.epoch && firstOf(batch) <= this.next) this.tell(batch);
    else void this.heal();
  }

  /**
   * Resolves when everything up to `offset` was told, and at once when it cannot be. Never rejects.
   *
   * @param isHeard whether news come at all now
   */
  async told(epoch: string, offset: number, isHeard: boolean): Promise<void> {
    if (this.isOver || this.next === 0 || (epoch === this.epoch && offset < this.next)) return;
    const end = new AbortController();
    const gone = new Promise<void>((go) => this.waiting.push({ offset: epoch === this.epoch ? offset : 0, go }));
    if (isHeard && epoch === this.epoch) {
      await Promise.race([gone, pause(LATE, undefined, { signal: end.signal }).catch(() => {})]);
      end.abort();
      if (this.isOver || offset < this.next) return;
    }
    await this.heal();
  }

  /** Reads what was missed. Never rejects: what cannot be read now is found by the next look. */
  heal(): Promise<void> {
    this.healing ??= this.catchUp().finally(() => {
      this.healing = undefined;
      this.letGo();
    });
    return this.healing;
  }

  /** As `heal`, with what was appended before this is called: a read that is under way may be older. */
  async healAnew(): Promise<void> {
    await this.healing;
    await this.heal();
  }

  /** Nobody hears it any more. */
  end(): void {
    this.isOver = true;
    this.letGo();
  }

  private async catchUp(): Promise<void> {
    try {
      let page: Page | undefined;
      while (!this.isOver && (!page || this.next <= Math.max(page.head, this.newest))) {
        const before = this.next;
        page = await this.store.read({ channel: this.channel, after: before - 1, ...PAGE });
        if (this.isOver) return;
        this.take(page);
        // Heard of in an epoch that is over: there is no such message any more.
        if (page.entries.length === 0) this.newest = page.head;
      }
    } catch {
      // Redis is away again; when it is back, everybody is looked after.
    }
  }

  private take(page: Page): void {
    const { epoch, head, entries } = page;
    if (epoch !== this.epoch) {
      this.past.push(this.epoch);
      if (this.past.length > PAST) this.past.shift();
      this.epoch = epoch;
      // Whoever joined the new epoch before this was found out may stand before its newest message.
      this.next = Math.max(head, 1);
      this.newest = head;
      this.listeners.reset(this.channel, epoch);
      return;
    }
    if (head - this.next > TOO_MANY) {
      // One that is ahead of every cursor sends all of them to the log.
      this.next = head;
      return;
    }
    if (entries.length > 0) this.tell({ channel: this.channel, epoch, entries });
    else this.next = Math.max(this.next, head + 1);
  }

  private tell(batch: Batch): void {
    const entries = batch.entries.filter(({ offset }) => offset >= this.next);
    if (entries.length === 0) return;
    this.next = lastOf(batch) + 1;
    this.newest = Math.max(this.newest, lastOf(batch));
    this.listeners.appended(entries.length === batch.entries.length ? batch : { ...batch, entries });
    this.letGo();
  }

  private letGo(): void {
    const isDone = ({ offset }: Waiting): boolean => this.isOver || offset < this.next;
    for (const { go } of this.waiting.filter(isDone)) go();
    this.waiting = this.waiting.filter((one) => !isDone(one));
  }
}

function firstOf({ entries }: Batch): number {
  return entries[0]?.offset ?? 0;
}

function lastOf({ entries }: Batch): number {
  return entries.at(-1)?.offset ?? 0;
}
