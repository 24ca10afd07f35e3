import type { Channel, JoinAck, MessageData, Position, PresentUser, Publication } from '../../sdk/index.ts';
import { BelfryError, EndedError } from '../../sdk/index.ts';
import type { Notice } from '../language/texts.ts';
import type { ConnectionState } from './connection-state.ts';
import { reasonOf } from '../reason.ts';
import { LINE_BACK, LINE_LOST, Narrator } from './narrator.ts';
import { after } from './people.ts';
import { Reading } from './reading.ts';
import { Timeline } from './timeline.ts';

/** Messages of the past in one request; more when the reader left off further back. */
const PAGE = 100;

/** As many as the server gives at once. */
const LARGEST_PAGE = 500;

/** Messages that are shown before the first new one. */
const CONTEXT = 20;

/** How long after a refusal the past is asked for again, in ms. */
const RETRY = 5_000;

/** What a conversation needs from the page. */
export interface ConversationHost {
  /** Whether that user is the reader. */
  readonly isOwn: (user: string) => boolean;
  /** There is something else to show. */
  readonly changed: () => void;
  /** Messages of a channel come from now on, or will not. */
  readonly settled: () => void;
  /** Somebody spoke just now. */
  readonly said: (conversation: Conversation, message: MessageData, own: boolean) => void;
}

/**
 * One channel as its reader knows it: what was said, how much of it is new, who is there.
 *
 * It joins at the newest message and asks for the past when the log is near its top; after a change of epoch it does
 * the same again.
 */
export class Conversation {
  readonly name: string;
  readonly timeline = new Timeline();
  readonly reading: Reading;
  readonly #channel: Channel;
  readonly #host: ConversationHost;
  readonly #narrator: Narrator;
  /** Where the past begins that was not told live. */
  #joinedAt: Position | undefined;
  #isJoined = false;
  #hasPast = false;
  #refusal: BelfryError | undefined;
  #people: readonly PresentUser[] | undefined;
  /** What was begun for another epoch than this one is an old story. */
  #life = new AbortController();
  /** What is on its way and neither kept nor heard, oldest first. */
  waiting: readonly Publication[] = [];
  /** What the reader has written here and not sent. */
  draft = '';

  constructor(channel: Channel, host: ConversationHost, seen: Position | undefined) {
    this.name = channel.name;
    this.#channel = channel;
    this.#host = host;
    this.#narrator = new Narrator(channel.name);
    this.reading = new Reading(seen);
    channel.on('joined', (ack) => this.#joined(ack));
    channel.on('message', (message) => this.#said(message));
    channel.on('gap', ({ from, to }) => this.#gap(from, to));
    channel.on('presence', (news) => {
      if (this.#people) this.#people = after(this.#people, news);
      host.changed();
    });
    channel.on('reset', ({ to }) => {
      this.#begin(to);
      this.reading.startOver(to);
      this.tell((texts) => texts.begunAnew);
    });
    channel.on('left', ({ reason }) => {
      this.#isJoined = false;
      // The end of the connection is told by its state.
      if (!reason || reason instanceof EndedError) return;
      this.#refusal = reason;
      this.timeline.top = 'closed';
      this.tell((texts) => texts.notLetIn(channel.name, reasonOf(reason, texts)));
      host.settled();
    });
    this.join();
  }

  /** Whether messages come. */
  get isJoined(): boolean {
    return this.#isJoined;
  }

  /** Whether something of the past has come, or will not come. */
  get hasPast(): boolean {
    return this.#hasPast;
  }

  /** Why the server does not let the reader in, if it does not. */
  get refusal(): BelfryError | undefined {
    return this.#refusal;
  }

  /** Who is there; undefined where the channel does not tell. */
  get people(): readonly PresentUser[] | undefined {
    return this.#people;
  }

  /** Comes in, or tries again after a refusal. */
  join(): void {
    // A refusal is told by the event `left`.
    this.#channel.join().catch(() => undefined);
  }

  /** Goes for good. */
  leave(): void {
    this.#life.abort();
    this.#channel.leave();
  }

  /** Follows the connection. */
  follow(state: ConnectionState): void {
    const notice = this.#narrator.tell(state);
    if (!notice) return;
    // On a line that comes and goes, where nothing was said since it broke, the break goes on: one pause, one pair of lines.
    const { timeline } = this;
    const newest = timeline.row(timeline.end - 1);
    const isFlapping = notice === LINE_LOST && newest?.kind === 'notice' && newest.notice === LINE_BACK;
    if (!isFlapping) return this.tell(notice);
    timeline.retract();
    this.#host.changed();
  }

  /** The line is gone, and what comes over the next one begins with a join. */
  lost(): void {
    this.#isJoined = false;
  }

  /** Adds a line of the page's own. */
  tell(notice: Notice): void {
    this.timeline.append({ kind: 'notice', notice });
    this.#host.changed();
  }

  /** Asks for what was said before the oldest row. */
  async older(): Promise<void> {
    const { timeline } = this;
    if (timeline.top !== 'more' || !this.#isJoined || !this.#joinedAt) return;
    const { signal } = this.#life;
    timeline.top = 'loading';
    const { epoch, offset } = this.#joinedAt;
    const before = timeline.first ?? offset + 1;
    const unread = before - (this.reading.line ?? before) + CONTEXT;
    const limit = Math.min(LARGEST_PAGE, Math.max(PAGE, unread));
    try {
      const page = await this.#channel.history({ before, limit, signal });
      if (page.epoch !== epoch) return;
      this.#hasPast = true;
      const oldest = page.messages[0]?.offset ?? before;
      timeline.prepend(
        page.messages.map((message) => ({ kind: 'message', message, own: this.#host.isOwn(message.from) })),
      );
      timeline.top = oldest > page.first && page.messages.length > 0 ? 'more' : 'beginning';
      if (timeline.top === 'beginning') this.#tellOfTrimmed(oldest);
    } catch (error) {
      if (signal.aborted) return;
      this.#refused(error);
    }
    this.#host.changed();
  }

  /** Asks who is there. */
  async meet(): Promise<void> {
    if (!this.#isJoined) return;
    try {
      this.#people = (await this.#channel.presence({ signal: this.#life.signal })).users;
    } catch (error) {
      // A channel without presence is forbidden to ask; one whose line broke is asked again.
      if (error instanceof BelfryError && error.code === 'forbidden') this.#people = undefined;
    }
    this.#host.changed();
  }

  #joined({ epoch, offset }: JoinAck): void {
    this.#isJoined = true;
    this.#refusal = undefined;
    if (this.timeline.top === 'closed') this.timeline.top = 'more';
    if (!this.#joinedAt) {
      this.#begin({ epoch, offset });
      if (!this.reading.joined({ epoch, offset })) this.tell((texts) => texts.begunAnew);
    }
    if (this.timeline.top === 'failed') this.timeline.top = 'more';
    void this.meet();
    this.#host.settled();
  }

  /** A new life of the channel: whatever was shown of another one goes. */
  #begin(position: Position): void {
    this.#life.abort();
    this.#life = new AbortController();
    if (this.#joinedAt) this.timeline.clear();
    this.#joinedAt = position;
  }

  #said(message: MessageData): void {
    const own = this.#host.isOwn(message.from);
    this.timeline.append({ kind: 'message', message, own });
    this.reading.arrived(message.offset, own);
    this.#host.said(this, message, own);
  }

  #gap(from: number, to: number): void {
    this.timeline.append({ kind: 'gap', from, to });
    this.reading.arrived(to, false);
    this.#host.changed();
  }

  /** Where the reader left off may be further back than anything that is kept. */
  #tellOfTrimmed(first: number): void {
    const { line } = this.reading;
    if (line !== undefined && line < first) this.timeline.prepend([{ kind: 'gap', from: line, to: first - 1 }]);
  }

  #refused(error: unknown): void {
    const { signal } = this.#life;
    this.#hasPast = true;
    this.timeline.top = error instanceof BelfryError && error.code === 'forbidden' ? 'closed' : 'failed';
    if (this.timeline.top === 'closed') return;
    setTimeout(() => {
      if (signal.aborted || this.timeline.top !== 'failed') return;
      this.timeline.top = 'more';
      this.#host.changed();
    }, RETRY);
  }
}
