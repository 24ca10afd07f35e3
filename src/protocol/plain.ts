/**
 * What the server sends at `/`, as docs/protocol.md describes it: the plain protocol, always as binary frames.
 */

/** First frame from the server. */
export interface PlainWelcome {
  readonly system: true;
  /** `WELCOME_TEXT`. */
  readonly text: string;
}

/** What somebody said, to everyone, the author included. */
export interface PlainAnnouncement {
  /** The name that the author goes by, or its id. */
  readonly id: string;
  /** What was said. */
  readonly text: string;
}

/** The answer to `{"type":"ping"}`. */
export interface PlainPong {
  readonly type: 'pong';
}

/** What was wrong with a frame, to its sender alone. */
export interface PlainError {
  readonly system: true;
  /** An error code. */
  readonly error: string;
  /** A sentence for people, in Chinese and in English. */
  readonly text: string;
}
