/** How much of a channel is kept. What goes beyond either bound is trimmed in the background, oldest first. */
export interface Retention {
  /** Messages, at least 1. */
  readonly size: number;
  /** Milliseconds that a message is kept, at least 1. */
  readonly ttl: number;
}

/** The retention of a channel. Asked again and again: answers from memory, always the same for the same channel. */
export type RetentionOf = (channel: string) => Retention;
