import { ANNOUNCEMENTS } from '../../../src/protocol/events.ts';
import { BelfryError, EndedError } from '../../sdk/index.ts';
import type { Belfry, MessageData, Position, State } from '../../sdk/index.ts';
import { recallChannels, recallSeen, remember, rememberSeen } from '../memory.ts';
import type { ConnectionState, Departure } from './connection-state.ts';
import { Conversation, type ConversationHost } from './conversation.ts';

/** An answer that comes within this time is no waiting, in ms. */
const GRACE = 400;

/** Who hears from {@link Conversations}. */
export interface ConversationsListener {
  /** Something to show is different: in a conversation, or which ones there are. */
  readonly changed: () => void;
  readonly stateChanged: (state: ConnectionState) => void;
  /** Somebody spoke just now; `own` when it was this reader, be it in another tab. */
  readonly said: (conversation: Conversation, message: MessageData, own: boolean) => void;
  /** One of the reader's own was refused. */
  readonly refused: (channel: string, text: string, error: BelfryError) => void;
  /** Something else went wrong. */
  readonly failed: (error: BelfryError) => void;
}

/**
 * All channels of the page over one client, in the page's terms: what the SDK tells becomes one state, and every
 * publication ends by being heard or by being given back. Which channels there are, and how far they have been read, is
 * remembered.
 */
export class Conversations {
  readonly #belfry: Belfry;
  readonly #listener: ConversationsListener;
  readonly #conversations = new Map<string, Conversation>();
  readonly #seen = new Map<string, Position>(recallSeen());
  #active: Conversation;
  #lastFailure: string | undefined;
  /** Keys of what came back as a message before its publication was acknowledged. */
  readonly #heard = new Set<string>();

  constructor(belfry: Belfry, active: string, listener: ConversationsListener) {
    this.#belfry = belfry;
    this.#listener = listener;
    belfry.on('state', (state) => this.#changed(state));
    belfry.on('error', (error) => this.#failed(error));
    belfry.on('delivered', () => this.#look());
    belfry.on('undelivered', ({ publication, error }) => {
      this.#refused(publication.channel, publication.text ?? '', error);
    });
    this.#active = this.#open(ANNOUNCEMENTS);
    for (const name of recallChannels()) this.#open(name);
    this.#active = this.#open(active);
    this.#remember();
  }

  /** All of them, the announcements first. */
  get all(): readonly Conversation[] {
    return [...this.#conversations.values()];
  }

  /** The one that is shown. */
  get active(): Conversation {
    return this.#active;
  }

  /** Comes, for the first time or again. */
  connect(): void {
    this.#belfry.connect();
    for (const conversation of this.all) conversation.join();
  }

  /** Goes, and stays away. */
  disconnect(): void {
    this.#belfry.disconnect();
  }

  /** Shows that channel, and joins it if need be. */
  select(name: string): void {
    this.#active.reading.turnedAway();
    this.#active = this.#open(name);
    this.#active.join();
    void this.#active.meet();
    this.#remember();
    this.#changed(this.#belfry.state);
  }

  /** Leaves that channel; the announcements stay. */
  leave(name: string): void {
    const conversation = this.#conversations.get(name);
    if (!conversation || name === ANNOUNCEMENTS) return;
    conversation.leave();
    this.#conversations.delete(name);
    this.#remember();
    if (conversation === this.#active) this.select(ANNOUNCEMENTS);
    else this.#listener.changed();
  }

  /** Publishes a text in the channel that is shown, now or as soon as there is a line. */
  async publish(text: string): Promise<void> {
    const { name } = this.#active;
    const kept = this.#belfry.channel(name).publish({ text });
    this.#look();
    setTimeout(() => this.#look(), GRACE);
    try {
      await kept;
      this.#look();
    } catch (error) {
      if (!(error instanceof BelfryError)) throw error;
      // Whatever the outbox keeps is not given back: it is said by and by.
      if (!(error instanceof EndedError && error.isKept)) this.#refused(name, text, error);
    }
  }

  /** Keeps a text that was refused, for when its channel is shown again. */
  giveBack(channel: string, text: string): void {
    const conversation = this.#conversations.get(channel);
    if (conversation) conversation.draft = [text, conversation.draft].filter(Boolean).join('\n');
  }

  /** Remembers how far the channels have been read. */
  rememberSeen(): void {
    for (const { name, reading } of this.all) if (reading.seen) this.#seen.set(name, reading.seen);
    rememberSeen(this.#seen);
  }

  #open(name: string): Conversation {
    const known = this.#conversations.get(name);
    if (known) return known;
    const conversation = new Conversation(this.#belfry.channel(name), this.#host, this.#seen.get(name));
    this.#conversations.set(name, conversation);
    return conversation;
  }

  readonly #host: ConversationHost = {
    isOwn: (user) => user === this.#belfry.user?.id,
    changed: () => this.#listener.changed(),
    settled: () => {
      this.#lastFailure = undefined;
      this.#changed(this.#belfry.state);
    },
    said: (conversation, message, own) => {
      if (own && message.key !== undefined) this.#heard.add(message.key);
      this.#listener.said(conversation, message, own);
      this.#look();
    },
  };

  #remember(): void {
    remember('belfry.channels', JSON.stringify([...this.#conversations.keys()]));
  }

  #changed(state: State): void {
    for (const conversation of this.all) {
      if (state.kind !== 'connected') conversation.lost();
      if (!conversation.refusal) conversation.follow(inOwnTerms(state, conversation));
    }
    this.#listener.stateChanged(inOwnTerms(state, this.#active));
    this.#look();
  }

  #refused(channel: string, text: string, error: BelfryError): void {
    this.#listener.refused(channel, text, error);
    this.#look();
  }

  #failed(error: BelfryError): void {
    // One that is refused for good has told so itself.
    if (this.all.some(({ refusal }) => refusal === error)) return;
    // A join that is refused for now is tried again and again; once is enough to know.
    if (error.code === this.#lastFailure) return;
    this.#lastFailure = error.code;
    this.#listener.failed(error);
  }

  #look(): void {
    const { pending, state } = this.#belfry;
    const isUp = state.kind === 'connected' || state.kind === 'connecting';
    const latest = Date.now() - (isUp ? GRACE : 0);
    const waiting = pending.filter(({ key, at }) => at <= latest && !this.#heard.has(key));
    for (const conversation of this.all) {
      conversation.waiting = waiting.filter(({ channel }) => channel === conversation.name);
    }
    const keys = new Set(pending.map(({ key }) => key));
    for (const key of this.#heard) if (!keys.has(key)) this.#heard.delete(key);
    this.#listener.changed();
  }
}

const BY_HAND: Departure = { by: 'hand' };

function inOwnTerms(state: State, { isJoined, refusal }: Conversation): ConnectionState {
  switch (state.kind) {
    case 'connecting':
      return { kind: 'connecting' };
    case 'connected':
      return isJoined || refusal ? state : { kind: 'connecting' };
    case 'waiting':
    case 'offline':
      return { kind: 'waiting', until: state.until };
    case 'stopped':
      return { kind: 'disconnected', because: { by: 'server', code: state.code, reason: state.reason } };
    case 'idle':
    case 'closed':
      return { kind: 'disconnected', because: BY_HAND };
    default:
      return state satisfies never;
  }
}
