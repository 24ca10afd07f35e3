/**
 * What is known of one channel: which publication stands at which offset, whoever said so - an ack, a message to a subscriber, or
 * the history. All of them must agree, and every publication has one place in each epoch.
 * Where the log may lose its memory, what was acknowledged in an epoch that is over may be gone: its subscribers answer for that.
 */
import type { MessageData, Position } from '../../../src/protocol/events.ts';
import type { Findings } from './findings.ts';
import { authorOf, fits, keyIn } from './key.ts';

/** What the server keeps of a channel in the end. */
export interface Kept {
  readonly epoch: string;
  /** The oldest message that is kept; `last + 1` when none is. */
  readonly first: number;
  readonly last: number;
  /** The kept messages, oldest first. */
  readonly messages: ReadonlyArray<Pick<MessageData, 'offset' | 'key'>>;
}

/** What a log may do that a run is about. */
export interface Terms {
  /** Whether it may lose its memory, as long as it says so by a new epoch. */
  readonly mayForget: boolean;
}

/** The places of a channel's publications. */
export class ChannelRecord {
  /** Publications that were acknowledged, and are gone together with the epoch that they were acknowledged in. */
  forgotten = 0;
  private readonly placeOf = new Map<string, string>();
  private readonly keyAt = new Map<string, string>();
  /** Contradictions that were told already: every subscriber that is given the same wrong message shows the same defect. */
  private readonly conflicts = new Set<string>();
  private readonly acks = new Map<string, Position>();
  /** Publications whose place among their author's others is open. */
  private readonly loose = new Set<string>();

  constructor(
    readonly channel: string,
    private readonly findings: Findings,
    readonly terms: Terms,
  ) {}

  /** Publications that were acknowledged. */
  get acknowledgedCount(): number {
    return this.acks.size;
  }

  /** The server acknowledged a publication. */
  acknowledged(key: string, { epoch, offset }: Position): void {
    this.place(key, { epoch, offset });
    if (!this.acks.has(key)) this.acks.set(key, { epoch, offset });
  }

  /** A publication was refused for now, or given up without an answer: nobody promises that it comes before those after it. */
  loosen(key: string): void {
    this.loose.add(key);
  }

  /** Somebody was given a message, or found it in the history. */
  seen(epoch: string, { offset, text, key = keyIn(text ?? '') }: Pick<MessageData, 'offset' | 'key' | 'text'>): void {
    this.place(key, { epoch, offset });
    if (!fits(text, key))
      this.findings.add('lost', `${this.channel}: ${key} came with a text that was never published`);
  }

  /**
   * Compares everything that was acknowledged with what is kept.
   *
   * @param size messages that the channel's retention keeps at least
   */
  judge(kept: Kept, size: number): void {
    this.judgeOrder(kept);
    const keys = new Map(kept.messages.map(({ offset, key }) => [offset, key]));
    const found = new Set(keys.values());
    this.forgotten = 0;
    for (const [key, { epoch, offset }] of this.acks) {
      const mayBeGone = epoch === kept.epoch && offset <= kept.last - size;
      if (mayBeGone && offset < kept.first) continue;
      if (epoch === kept.epoch && keys.get(offset) === key) continue;
      if (epoch !== kept.epoch && this.terms.mayForget) {
        if (!found.has(key)) this.forgotten += 1;
        continue;
      }
      this.findings.add(
        'lost',
        `${this.channel}: ${key} was acknowledged as ${offset} of ${epoch}, and is not in the history`,
      );
    }
  }

  /** The history has no holes, and an author's publications stand in it in the order in which they were made. */
  private judgeOrder({ first, last, messages }: Kept): void {
    const newest = new Map<string, number>();
    let expected = first;
    for (const { offset, key = '' } of messages) {
      if (offset > expected) this.lose(expected, offset - 1);
      if (offset < expected)
        this.findings.add('disordered', `${this.channel}: the history has ${offset} after ${expected - 1}`);
      expected = offset + 1;
      if (this.loose.has(key)) continue;
      const { author, number } = authorOf(key);
      const before = newest.get(author) ?? 0;
      if (number <= before) this.findings.add('disordered', `${this.channel}: ${key} stands after ${author}.${before}`);
      newest.set(author, Math.max(number, before));
    }
    if (expected <= last) this.lose(expected, last);
  }

  private lose(from: number, to: number): void {
    this.findings.add('lost', `${this.channel}: the history lacks ${from}..${to}`, to - from + 1);
  }

  private place(key: string, { epoch, offset }: Position): void {
    const place = `${offset} of ${epoch}`;
    // What a log forgot may be sent again, and is a new message in the epoch that follows.
    const name = this.terms.mayForget ? `${key} in ${epoch}` : key;
    const before = this.placeOf.get(name) ?? place;
    const owner = this.keyAt.get(place) ?? key;
    this.placeOf.set(name, before);
    this.keyAt.set(place, owner);
    if ((before === place && owner === key) || this.conflicts.has(`${key} at ${place}`)) return;
    this.conflicts.add(`${key} at ${place}`);
    if (before !== place) this.findings.add('doubled', `${this.channel}: ${key} is ${before}, and ${place}`);
    if (owner !== key) this.findings.add('lost', `${this.channel}: ${owner} was ${place}, and now ${key} is`);
  }
}
