import type { ErrorData } from '../../../src/protocol/error-codes.ts';
import { ANNOUNCEMENTS } from '../../../src/protocol/events.ts';
import type { GapData, MessageData, Position } from '../../../src/protocol/events.ts';
import type { ConnectionState } from '../connection/connection-state.ts';
import { Connection } from '../connection/connection.ts';
import { reasonOf } from './reason.ts';
import { Requests } from './requests.ts';
import type { Answer } from './requests.ts';
import type { ServerFrame } from '../connection/server-frame.ts';
import type { Surroundings } from '../connection/socket.ts';

/** What became of a publication. */
export type Outcome =
  | { readonly kind: 'published'; /** It had arrived the first time. */ readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly error: ErrorData }
  /** The line broke before the answer came; sending it again under the same key is safe. */
  | { readonly kind: 'unconfirmed' };

/** Who hears from a {@link Channel}. */
export interface ChannelListener {
  readonly stateChanged: (state: ConnectionState) => void;
  /** Somebody spoke; `own` when it was this page. */
  readonly said: (message: MessageData, own: boolean) => void;
  /** So many messages will not come. */
  readonly missed: (count: number) => void;
  /** Back after a break, but the numbers begin anew: nobody can say whether anything was missed. */
  readonly uncertain: () => void;
  /** The server refused something that was no publication. */
  readonly failed: (error: ErrorData) => void;
}

/**
 * The announcements, over a line that comes back by itself.
 *
 * It joins after every welcome, saying what it saw last, and is `connected` only once it is in the channel. Each message
 * is told once, in order; what could not be told is told of.
 */
export class Channel {
  readonly connection: Connection;
  readonly #listener: ChannelListener;
  readonly #requests = new Requests((frame) => this.connection.send(frame));
  /** The ids that this page has had: each connection is given its own, and old messages may still be on their way. */
  readonly #ownIds = new Set<string>();
  #seen: Position | undefined;
  /** There was a break, not just a change of sockets. */
  #wasAway = false;

  constructor(world: Surroundings, listener: ChannelListener) {
    this.#listener = listener;
    this.connection = new Connection(world, {
      stateChanged: (state) => {
        this.#wasAway ||= state.kind === 'waiting' || state.kind === 'disconnected';
        listener.stateChanged(state);
      },
      received: (frame) => this.#received(frame),
      lost: () => this.#requests.abandon(),
    });
  }

  /**
   * Publishes a text. Only while connected.
   *
   * @param key names this very text: under the same key it is appended once, however often it is sent
   */
  publish(text: string, key: string): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#requests.ask('message', { channel: ANNOUNCEMENTS, text, key }, (answer) => resolve(outcome(answer)));
    });
  }

  #received(frame: ServerFrame): void {
    switch (frame.event) {
      case 'welcome':
        this.#ownIds.add(frame.data.user.id);
        this.#join();
        break;
      case 'message':
        this.#message(frame.data);
        break;
      case 'gap':
        this.#gap(frame.data);
        break;
      case 'ack':
        this.#requests.answer(frame);
        break;
      case 'error':
        if (!this.#requests.answer(frame)) this.#listener.failed(frame.data);
        break;
      case 'pong':
        break;
    }
  }

  #join(): void {
    const since = this.#seen;
    this.#requests.ask('join', { channel: ANNOUNCEMENTS, ...(since && { since }) }, (answer) => {
      if (answer.kind === 'ack') this.#joined(answer.data, since);
      else if (answer.kind === 'error') this.#notJoined(answer.data);
    });
  }

  #joined(head: Position, since: Position | undefined): void {
    const isUncertain = this.#wasAway && since !== undefined && since.epoch !== head.epoch;
    this.#seen = { epoch: head.epoch, offset: head.offset };
    this.#wasAway = false;
    this.connection.established();
    if (isUncertain) this.#listener.uncertain();
  }

  #notJoined(error: ErrorData): void {
    this.#listener.failed(error);
    if (error.temporary) this.connection.retry();
    else this.connection.giveUp(reasonOf(error));
  }

  #message(message: MessageData): void {
    if (message.channel !== ANNOUNCEMENTS || !this.#advance(message.offset)) return;
    this.#listener.said(message, this.#ownIds.has(message.from));
  }

  #gap({ channel, from, to }: GapData): void {
    if (channel === ANNOUNCEMENTS && this.#advance(to)) this.#listener.missed(to - from + 1);
  }

  /** Moves on to `offset`; false when the page has been there already. */
  #advance(offset: number): boolean {
    if (!this.#seen || offset <= this.#seen.offset) return false;
    this.#seen = { epoch: this.#seen.epoch, offset };
    return true;
  }
}

function outcome(answer: Answer): Outcome {
  switch (answer.kind) {
    case 'ack':
      return { kind: 'published', duplicate: 'duplicate' in answer.data && answer.data.duplicate };
    case 'error':
      return { kind: 'refused', error: answer.data };
    case 'lost':
      return { kind: 'unconfirmed' };
    default:
      return answer satisfies never;
  }
}
