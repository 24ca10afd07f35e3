/**
 * The notices of one user that are unread, as its channel tells them: what a backend says is a notice, and what the user says is
 * how far it has read, in whichever tab. Whoever takes the same messages comes to the same result, also a tab that opens later.
 */
import type { MessageData } from 'belfry/sdk';

/** What the backend said. */
export interface Notice {
  readonly offset: number;
  readonly text: string;
  /** Ms since 1970. */
  readonly at: number;
}

/** What those are called who publish with an API key. */
const BACKEND = /^key:/;

/** The unread notices. */
export class Inbox {
  readonly #notices = new Map<number, Notice>();
  #read = 0;

  /** Oldest first. */
  get unread(): readonly Notice[] {
    return [...this.#notices.values()];
  }

  /** Takes one message of the channel. What is neither a notice nor says how far was read means nothing. */
  take({ offset, from, text, data, at }: Pick<MessageData, 'offset' | 'from' | 'text' | 'data' | 'at'>): void {
    if (!BACKEND.test(from)) this.readUpTo(data?.['read']);
    else if (offset > this.#read && text !== undefined) this.#notices.set(offset, { offset, text, at });
  }

  /** Everything up to this offset is read, or no longer kept. */
  readUpTo(offset: unknown): void {
    if (typeof offset !== 'number' || offset <= this.#read) return;
    this.#read = offset;
    for (const known of this.#notices.keys()) if (known <= offset) this.#notices.delete(known);
  }
}
