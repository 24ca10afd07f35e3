/**
 * Somebody to whom events are written as they happen, whatever the line looks like: a WebSocket (`Connection`) or an event stream.
 * Whoever sends, counts, keeps alive or takes leave of clients knows this much of them, and no more.
 */
import type { CloseName } from '../protocol/close-codes.ts';
import type { RequestId, User } from '../protocol/events.ts';
import type { Identity } from './upgrade/identity.ts';
import type { Frame, FrameFormat } from './messages/frame.ts';

/** A client that is connected, from its first byte to its last. */
export interface Listener {
  /** New for each connection; safe to show to others. */
  readonly id: string;
  /** When it was opened, ms since 1970. */
  readonly since: number;
  /** Who it is and what it may do. Another one when it proves to be so: ask again rather than to keep it. */
  readonly identity: Identity;
  /** Who it is. */
  readonly user: User;
  /** The path that it is connected to. */
  readonly path: string;
  /** The address that it comes from, as TRUST_PROXY says; for operators. Empty where it had gone already. */
  readonly address: string;
  /** How frames are written for it. */
  readonly format: FrameFormat;
  /** Bits of the window in which it inflates, 8..15; undefined when it did not agree to compression. */
  readonly deflateWindow: number | undefined;
  /** When it last gave a sign of life, on the clock of `performance.now()`. */
  readonly lastSeen: number;
  /** When it was asked for one, on the same clock; undefined when it has given one since. */
  pingedAt: number | undefined;
  /** True while we don't read from it, because it sends faster than it is served. */
  readonly unread: boolean;
  /** Whether it was ever too slow for a channel that it is in. */
  lagged: boolean;
  /** Whether frames can still be written to it. */
  readonly isOpen: boolean;
  /** Bytes of frames that it has not taken yet. */
  readonly unsent: number;

  /** Resolves when no more than `limit` bytes are unsent (never less than Node buffers by itself), or when it is no longer open. */
  drained(limit: number): Promise<void>;

  /** Asks for a sign of life. */
  ping(): void;

  /** Sends one event in its format, with the id of the request that it answers. Nothing happens when the client has gone. */
  send(event: string, data: unknown, id?: RequestId): void;

  /** Writes one frame, for this client alone. What is written in one turn of the event loop leaves together. */
  write(frame: Frame): void;

  /** Writes what was encoded once for many clients (`shared`). Nobody may change it any more. */
  share(bytes: Buffer): void;

  /** Sends it away, and says why. */
  close(name: CloseName): void;

  /** Says why, then cuts the line without waiting for an answer: for a client that gives no sign of life. */
  cut(name: CloseName): void;

  /** Cuts the line without a word. */
  terminate(): void;
}
