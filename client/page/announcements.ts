import { ANNOUNCEMENTS } from '../../src/protocol/events.ts';
import { BelfryError, EndedError } from '../sdk/index.ts';
import type { Belfry, Channel, Left, MessageData, Publication, State } from '../sdk/index.ts';
import type { ConnectionState, Departure } from './connection-state.ts';

/** So many of the newest messages does a newcomer see, and whoever comes back to a history that began anew. */
const PAST = 50;

/** An answer that comes within this time is no waiting, in ms. */
const GRACE = 400;

/** Who hears from {@link Announcements}. */
export interface AnnouncementsListener {
  readonly stateChanged: (state: ConnectionState) => void;
  /** Somebody spoke; `own` when it was this reader, be it in another tab or before a reload. */
  readonly said: (message: MessageData, own: boolean) => void;
  /** So many messages will not come. */
  readonly missed: (count: number) => void;
  /** The log is another one than before: nobody can say what was in between. */
  readonly begunAnew: () => void;
  /** What is on its way and neither kept nor heard, oldest first; it may be the same as before. */
  readonly waiting: (publications: readonly Publication[]) => void;
  /** One of the reader's own was refused. */
  readonly refused: (text: string, error: BelfryError) => void;
  /** Something else went wrong. */
  readonly failed: (error: BelfryError) => void;
}

/**
 * The page's one channel, in the page's terms: what the SDK tells of client and channel becomes one state, and every
 * publication ends by being heard or by being given back.
 */
export class Announcements {
  readonly #belfry: Belfry;
  readonly #channel: Channel;
  readonly #listener: AnnouncementsListener;
  #isJoined = false;
  /** Why the server does not want us in the channel, while we are away because of that. */
  #departure: Departure = { by: 'hand' };
  #lastFailure: string | undefined;
  /** Keys of what came back as a message before its publication was acknowledged. */
  readonly #heard = new Set<string>();

  constructor(belfry: Belfry, listener: AnnouncementsListener) {
    this.#belfry = belfry;
    this.#channel = belfry.channel(ANNOUNCEMENTS);
    this.#listener = listener;
    belfry.on('state', (state) => this.#changed(state));
    belfry.on('error', (error) => this.#failed(error));
    belfry.on('delivered', () => this.#look());
    belfry.on('undelivered', ({ publication, error }) => this.#refused(publication.text ?? '', error));
    this.#channel.on('message', (message) => this.#said(message));
    this.#channel.on('gap', ({ from, to }) => listener.missed(to - from + 1));
    this.#channel.on('reset', () => {
      listener.begunAnew();
      void this.#channel.join({ last: PAST });
    });
    this.#channel.on('joined', () => this.#joined());
    this.#channel.on('left', (left) => this.#left(left));
  }

  /** Comes, for the first time or again. */
  connect(): void {
    this.#departure = { by: 'hand' };
    this.#belfry.connect();
    // Later it goes on where it was.
    void this.#channel.join({ since: this.#channel.position, last: PAST });
  }

  /** Goes, and stays away. */
  disconnect(): void {
    this.#belfry.disconnect();
  }

  /** Publishes a text, now or as soon as there is a line. */
  async publish(text: string): Promise<void> {
    const kept = this.#channel.publish({ text });
    this.#look();
    setTimeout(() => this.#look(), GRACE);
    try {
      await kept;
      this.#look();
    } catch (error) {
      if (!(error instanceof BelfryError)) throw error;
      // Whatever the outbox keeps is not given back: it is said by and by.
      if (!(error instanceof EndedError && error.isKept)) this.#refused(text, error);
    }
  }

  #changed(state: State): void {
    if (state.kind !== 'connected') this.#isJoined = false;
    this.#listener.stateChanged(this.#inOwnTerms(state));
    this.#look();
  }

  #joined(): void {
    this.#isJoined = true;
    this.#lastFailure = undefined;
    this.#changed(this.#belfry.state);
  }

  #left({ reason }: Left): void {
    // The end of the connection is told by its state.
    if (!reason || reason instanceof EndedError) return;
    this.#departure = { by: 'server', reason: reason.message };
    this.#belfry.disconnect();
  }

  #said(message: MessageData): void {
    const isOwn = message.from === this.#belfry.user?.id;
    if (isOwn && message.key !== undefined) this.#heard.add(message.key);
    this.#listener.said(message, isOwn);
    this.#look();
  }

  #refused(text: string, error: BelfryError): void {
    this.#listener.refused(text, error);
    this.#look();
  }

  #failed(error: BelfryError): void {
    // A join that is refused for now is tried again and again; once is enough to know.
    if (error.code === this.#lastFailure) return;
    this.#lastFailure = error.code;
    this.#listener.failed(error);
  }

  #look(): void {
    const { pending } = this.#belfry;
    const { kind } = this.#belfry.state;
    const latest = Date.now() - (kind === 'connected' || kind === 'connecting' ? GRACE : 0);
    this.#listener.waiting(pending.filter(({ key, at }) => at <= latest && !this.#heard.has(key)));
    const keys = new Set(pending.map(({ key }) => key));
    for (const key of this.#heard) if (!keys.has(key)) this.#heard.delete(key);
  }

  #inOwnTerms(state: State): ConnectionState {
    switch (state.kind) {
      case 'connecting':
        return { kind: 'connecting' };
      case 'connected':
        return { kind: this.#isJoined ? 'connected' : 'connecting' };
      case 'waiting':
      case 'offline':
        return { kind: 'waiting', until: state.until };
      case 'stopped':
        return { kind: 'disconnected', because: { by: 'server', reason: state.reason || String(state.code) } };
      case 'idle':
      case 'closed':
        return { kind: 'disconnected', because: this.#departure };
      default:
        return state satisfies never;
    }
  }
}
