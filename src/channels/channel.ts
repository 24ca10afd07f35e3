/**
 * One channel in the memory of the process: it numbers its messages and remembers recent idempotency keys.
 * It keeps no history; who comes back with an older cursor is told what it missed.
 */
import { randomUUID } from 'node:crypto';
import type { GapData, JoinAck, MessageData, Position, PublishAck } from '../protocol/events.ts';

/** Keys per channel that are remembered, so that a retry is not appended again. */
const REMEMBERED_KEYS = 1000;

/** What somebody publishes. At least one of `text` and `data` is there. */
export interface Publication {
  /** The author's id. */
  readonly from: string;
  readonly name?: string;
  readonly text?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Idempotency key: the same one from the same author is appended once. */
  readonly key?: string;
}

/** Where a subscription starts, and what it missed. */
export interface Start {
  readonly ack: JoinAck;
  readonly gap?: GapData;
}

/** The log of one channel. */
export class Channel {
  /** Names the life of this log: with another one, the numbering begins anew. */
  readonly epoch: string = randomUUID();
  private offset = 0;
  private readonly published = new Map<string, PublishAck>();

  constructor(readonly name: string) {}

  /**
   * Appends one message.
   *
   * @returns the answer to its author, and the message unless its key was published before
   */
  append(publication: Publication): { readonly ack: PublishAck; readonly message?: MessageData } {
    const { from, key } = publication;
    const author = key === undefined ? undefined : JSON.stringify([from, key]);
    const first = author === undefined ? undefined : this.published.get(author);
    if (first) return { ack: { ...first, duplicate: true } };

    this.offset += 1;
    const place = { channel: this.name, offset: this.offset, at: Date.now() };
    const ack: PublishAck = { ...place, epoch: this.epoch, duplicate: false };
    if (author !== undefined) this.remember(author, ack);
    return { ack, message: { ...publication, ...place } };
  }

  /** Where somebody starts who has seen everything up to `since`, or nothing yet. */
  startFrom(since?: Position): Start {
    const head = { channel: this.name, epoch: this.epoch, offset: this.offset };
    if (since?.epoch !== this.epoch || since.offset > this.offset) return { ack: { ...head, recovered: false } };
    if (since.offset === this.offset) return { ack: { ...head, recovered: true } };
    return {
      ack: { ...head, offset: since.offset, recovered: false },
      gap: { channel: this.name, from: since.offset + 1, to: this.offset },
    };
  }

  private remember(author: string, ack: PublishAck): void {
    this.published.set(author, ack);
    if (this.published.size <= REMEMBERED_KEYS) return;
    for (const oldest of this.published.keys()) {
      this.published.delete(oldest);
      return;
    }
  }
}
