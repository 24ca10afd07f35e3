/**
 * What one subscriber was given of one channel. It judges each event as it comes, and the holes that were left at the end, when it
 * is known what is still kept.
 */
import type { GapData, JoinAck, MessageData, Position } from '../../../src/protocol/events.ts';
import type { ChannelRecord, Kept } from './channel-record.ts';
import type { Findings } from './findings.ts';

/** Offsets `from`..`to`, both included. */
interface Range {
  from: number;
  to: number;
}

/** A subscriber's view of a channel. */
export class View {
  /** Messages that it was given. */
  delivered = 0;
  /** Gaps that it was told of. */
  readonly gaps: Range[] = [];
  /** The newest answer to a join. */
  ack: JoinAck | undefined;
  private last: Position | undefined;
  private readonly given: Range[] = [];
  private holes: Range[] = [];
  /** Set while a join has said that something is missing and no gap has told what. */
  private owesGap = false;
  /** Epochs that it was told of after its first. */
  newEpochs = 0;

  constructor(
    private readonly name: string,
    private readonly record: ChannelRecord,
    private readonly findings: Findings,
  ) {}

  /** The last message that it was given or told of: where it resumes. Undefined before the first join. */
  get position(): Position | undefined {
    return this.last;
  }

  /** It joined, for the first time or again: then from its own position on. */
  joined(ack: JoinAck): void {
    const since = this.last;
    const { epoch, offset, first, recovered } = ack;
    this.ack = ack;
    if (!since) {
      this.last = { epoch, offset };
      return;
    }
    if (epoch !== since.epoch) return this.beginAnew(since, ack);
    // What this client was told, it was told before this answer was made: the log cannot have got it back.
    const gone = this.gaps.at(-1)?.to ?? 0;
    if (gone >= first) this.add('wrong gap', `told that ${gone} is gone, but ${first} is still kept`);
    if (offset !== since.offset) this.add('lost', `resumed after ${since.offset}, and was put at ${offset}`);
    this.owesGap = !recovered;
  }

  /** It was given a message. */
  message(message: MessageData): void {
    const { offset } = message;
    if (!this.last) return this.add('disordered', `got ${offset} before it had joined`);
    this.delivered += 1;
    this.record.seen(this.last.epoch, message);
    if (this.owesGap)
      this.add('wrong gap', `was told that something is missing, and no gap told what before ${offset}`);
    this.owesGap = false;
    const cursor = this.last.offset;
    if (offset <= cursor) return this.late(offset, cursor);
    if (offset > cursor + 1) this.holes.push({ from: cursor + 1, to: offset - 1 });
    this.advance(offset);
    const run = this.given.at(-1);
    if (run?.to === offset - 1) run.to = offset;
    else this.given.push({ from: offset, to: offset });
  }

  /** It was told that messages will not come. */
  gap({ from, to }: GapData): void {
    if (!this.last) return this.add('wrong gap', `told of ${from}..${to} before it had joined`);
    this.owesGap = false;
    const cursor = this.last.offset;
    this.gaps.push({ from, to });
    if (to < from || from !== cursor + 1) this.add('wrong gap', `told of ${from}..${to} while it stood at ${cursor}`);
    if (from > cursor + 1) this.holes.push({ from: cursor + 1, to: from - 1 });
    this.advance(Math.max(to, cursor));
  }

  /**
   * Judges what never came.
   *
   * @param size messages that the channel's retention keeps at least
   */
  judge(kept: Kept, size: number): void {
    if (!this.last) return this.add('lost', 'never joined');
    if (this.last.epoch !== kept.epoch)
      return this.add('lost', `ended in the epoch ${this.last.epoch}, not ${kept.epoch}`);
    const tail = { from: this.last.offset + 1, to: kept.last };
    for (const { from, to } of [...this.holes, tail]) this.judgeHole(from, to, kept.first);
    for (const { from, to } of this.gaps) {
      // Offsets only ever go out of the log from its old end: what is kept now was kept when the gap was told.
      if (to >= kept.first || to > kept.last - size) {
        this.add('wrong gap', `told of ${from}..${to}, but kept are ${kept.first}..${kept.last}`);
      }
    }
  }

  /** The log has forgotten something, or may have: whoever was in the old epoch has to hear that, and starts anew. */
  private beginAnew(since: Position, { epoch, offset, recovered }: JoinAck): void {
    this.last = { epoch, offset };
    this.newEpochs += 1;
    const change = `the epoch changed from ${since.epoch} to ${epoch}`;
    if (!this.record.terms.mayForget) this.add('lost', `${change}: nobody knows what came after ${since.offset}`);
    if (recovered) this.add('lost', `${change}, and it was told that it missed nothing`);
    // What it was given was whole, as far as it went.
    for (const { from, to } of this.holes) this.add('lost', `was never given ${from}..${to}`, to - from + 1);
    this.holes = [];
    this.given.length = 0;
    this.gaps.length = 0;
    this.owesGap = false;
  }

  private judgeHole(from: number, to: number, first: number): void {
    const kept = to - Math.max(from, first) + 1;
    if (kept > 0) this.add('lost', `was never given ${Math.max(from, first)}..${to}`, kept);
    if (from <= to && from < first)
      this.add('wrong gap', `was not told that ${from}..${Math.min(to, first - 1)} are gone`);
  }

  private late(offset: number, cursor: number): void {
    if (this.given.some(({ from, to }) => from <= offset && offset <= to)) {
      return this.add('doubled', `was given ${offset} twice`);
    }
    this.add('disordered', `was given ${offset} after ${cursor}`);
    if (this.gaps.some(({ from, to }) => from <= offset && offset <= to)) {
      this.add('wrong gap', `was given ${offset} after it was told that it will not come`);
    }
    // It came, although late: it is not lost.
    this.holes = this.holes.flatMap(({ from, to }) => {
      if (offset < from || offset > to) return [{ from, to }];
      return [
        { from, to: offset - 1 },
        { from: offset + 1, to },
      ].filter((rest) => rest.from <= rest.to);
    });
    this.given.push({ from: offset, to: offset });
  }

  private advance(offset: number): void {
    if (this.last) this.last = { epoch: this.last.epoch, offset };
  }

  private add(...[fault, sentence, times]: Parameters<Findings['add']>): void {
    this.findings.add(fault, `${this.name} in ${this.record.channel} ${sentence}`, times);
  }
}
