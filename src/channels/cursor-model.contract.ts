/**
 * A world for the cursor rule: a log in memory whose reads take a turn of the event loop and whose news may get lost, and
 * clients that read when they are told to.
 */
import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AppendedListener, Batch, ChannelLog, Entry, Page, PageRequest, Reach } from '../engine/channel-log.ts';
import { ENVELOPE } from '../gateway/messages/envelope.ts';
import type { Frame } from '../gateway/messages/frame.ts';

export const CHANNEL = 'model';
export const EPOCH = 'e';
/** Bytes: some twelve messages, and a quarter of it some three. */
export const HIGH_WATER = 1200;

/** A log in memory whose reads take their time, and whose news may get lost. */
export class ModelLog implements Pick<ChannelLog, 'read' | 'reach' | 'onAppended' | 'onReset'> {
  private readonly kept: Entry[] = [];
  head = 0;
  /** Pages that were asked for. */
  reads = 0;
  private first = 1;
  private listener: AppendedListener = () => undefined;

  onAppended(listener: AppendedListener): void {
    this.listener = listener;
  }

  /** Its epoch stays. */
  onReset(): void {
    // Nobody is ever told.
  }

  append(count: number, tell: boolean): void {
    const entries = Array.from({ length: count }, (_each, i) => {
      const offset = this.head + 1 + i;
      return { offset, json: JSON.stringify({ offset, pad: 'x'.repeat(60) }) };
    });
    this.kept.push(...entries);
    this.head += count;
    const batch: Batch = { channel: CHANNEL, epoch: EPOCH, entries };
    if (tell) this.listener(batch);
  }

  trim(keep: number): void {
    while (this.kept.length > keep) this.kept.shift();
    this.first = this.head - this.kept.length + 1;
  }

  reachNow(): Reach {
    return { epoch: EPOCH, head: this.head, first: this.first };
  }

  async reach(): Promise<Reach> {
    await nextTurn();
    return this.reachNow();
  }

  async read({ after, limit }: PageRequest): Promise<Page> {
    this.reads += 1;
    const entries = this.kept.filter(({ offset }) => offset > after).slice(0, Math.min(limit, 3));
    const page = { ...this.reachNow(), entries };
    await nextTurn();
    return page;
  }
}

/** A client that reads when the model says so, and remembers what it was told. */
export class ModelClient {
  readonly heard: number[] = [];
  readonly gaps: Array<[number, number]> = [];
  closed: string | undefined;
  private readonly drainable = new EventEmitter();
  format = ENVELOPE;
  unsent = 0;

  get isOpen(): boolean {
    return this.closed === undefined;
  }

  async drained(limit: number): Promise<void> {
    while (this.unsent > limit && this.isOpen) await new Promise((resolve) => this.drainable.once('drain', resolve));
  }

  drain(): void {
    this.unsent = 0;
    this.drainable.emit('drain');
  }

  write({ payload }: Frame): void {
    const { data } = JSON.parse(payload.toString()) as { data: { offset: number } };
    this.heard.push(data.offset);
    this.unsent += payload.length;
  }

  /** The frames of the model are short: two bytes of header, the second one their length. */
  share(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 2 + (bytes[at + 1] ?? 0)) {
      this.write({ payload: bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0)), binary: false });
    }
  }

  send(event: string, { from, to }: { from: number; to: number }): void {
    if (event !== 'gap') throw new Error(`the model knows no event ${event}`);
    this.gaps.push([from, to]);
  }

  close(reason: string): void {
    this.closed = reason;
    this.drainable.emit('drain');
  }
}
