/**
 * The books of a run: what was published and acknowledged, what every subscriber was given, and the verdict over both.
 */
import type { Position, PublishAck } from '../../../src/protocol/events.ts';
import { ChannelRecord } from './channel-record.ts';
import type { Kept, Terms } from './channel-record.ts';
import { Findings } from './findings.ts';
import { Reconnects } from './reconnects.ts';
import { View } from './view.ts';

/** The end of a channel: what is still kept, and how much must be. */
export interface End {
  readonly kept: Kept;
  /** Messages that the channel's retention keeps at least. */
  readonly size: number;
}

/** All channels of a run. */
export class Ledger {
  /** Everything that went wrong so far. */
  readonly findings = new Findings();
  /** Who lost its line, and how soon it was back. */
  readonly reconnects = new Reconnects();
  private readonly records = new Map<string, ChannelRecord>();
  private readonly views: Array<{ readonly channel: string; readonly view: View }> = [];
  private readonly published = new Set<string>();
  private readonly said: string[] = [];
  private events = 0;
  private readonly givenUp = new Set<string>();
  private awaited: { readonly count: number; readonly reached: () => void } | undefined;

  constructor(private readonly terms: Terms = { mayForget: false }) {}

  /** Grows with every event: as long as it does, somebody is still being told something. */
  get pulse(): number {
    return this.events + this.delivered;
  }

  /** Publications so far, each counted once however often it was sent. */
  get messages(): number {
    return this.published.size;
  }

  /** Publications that were acknowledged. */
  get acknowledged(): number {
    return [...this.records.values()].reduce((sum, record) => sum + record.acknowledgedCount, 0);
  }

  /** Publications without a key whose answer stayed out: nobody knows of them, and nobody sends them again. */
  get unanswered(): number {
    return this.givenUp.size;
  }

  /** Publications that were acknowledged, and are gone together with the epoch that they were acknowledged in. */
  get forgotten(): number {
    return [...this.records.values()].reduce((sum, { forgotten }) => sum + forgotten, 0);
  }

  /** New epochs that subscribers were told of, all together. */
  get newEpochs(): number {
    return this.views.reduce((sum, { view }) => sum + view.newEpochs, 0);
  }

  /** Messages that subscribers were given, all together. */
  get delivered(): number {
    return this.views.reduce((sum, { view }) => sum + view.delivered, 0);
  }

  /** The channels that somebody published to or subscribed to. */
  get channels(): readonly string[] {
    return [...this.records.keys()];
  }

  /** What went wrong besides, each in a sentence. */
  get complaints(): readonly string[] {
    return this.said;
  }

  /** Notes something that must not happen and is none of the four faults. */
  complain(sentence: string): void {
    this.said.push(sentence);
  }

  /** Something is about to be published. */
  publishes(channel: string, key: string): void {
    this.recordOf(channel);
    this.published.add(key);
  }

  /** A publication was refused for now; it will be sent again. */
  postpones(channel: string, key: string): void {
    this.recordOf(channel).loosen(key);
  }

  /** A publication without a key was refused, or its line broke: it cannot be sent again. */
  givesUp(channel: string, key: string): void {
    this.recordOf(channel).loosen(key);
    this.givenUp.add(key);
  }

  /** The server acknowledged a publication, be it once more. */
  acknowledges(key: string, ack: PublishAck): void {
    this.events += 1;
    this.recordOf(ack.channel).acknowledged(key, ack);
    if (!this.awaited || this.acknowledged < this.awaited.count) return;
    const { reached } = this.awaited;
    this.awaited = undefined;
    reached();
  }

  /** Calls back in the very moment in which the client is told that so many publications are acknowledged. */
  whenAcknowledged(count: number, reached: () => void): void {
    this.awaited = { count, reached };
  }

  /** Opens the view of one subscriber on one channel. */
  view(name: string, channel: string): View {
    const view = new View(name, this.recordOf(channel), this.findings);
    this.views.push({ channel, view });
    return view;
  }

  /** The views that have not reached that position of a channel. */
  behind(channel: string, { epoch, offset }: Position): readonly View[] {
    const views = this.views.filter((each) => each.channel === channel).map(({ view }) => view);
    return views.filter(({ position }) => position?.epoch !== epoch || position.offset < offset);
  }

  /** Judges a channel, once everybody was told everything. */
  judge(channel: string, { kept, size }: End): void {
    this.recordOf(channel).judge(kept, size);
    for (const each of this.views) if (each.channel === channel) each.view.judge(kept, size);
  }

  /** What is known of a channel. */
  recordOf(channel: string): ChannelRecord {
    const known = this.records.get(channel);
    if (known) return known;
    const record = new ChannelRecord(channel, this.findings, this.terms);
    this.records.set(channel, record);
    return record;
  }
}
