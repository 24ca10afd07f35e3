import type { GapData, JoinAck, MessageData, Position, PresenceData } from '../../../src/protocol/events.ts';
import type { BelfryError } from '../errors.ts';

/** The numbering began anew: what happened between the two positions cannot be said. */
export interface Reset {
  /** The last position that was told before. */
  readonly from: Position;
  /** Where the subscription goes on; the next message is the one after it. */
  readonly to: Position;
  /** The oldest message of the new epoch that `history` can give. */
  readonly first: number;
}

/** The channel was left. */
export interface Left {
  /** Why, if not by `leave()`: the refusal of the join, or the end of the connection. */
  readonly reason: BelfryError | undefined;
}

/** What a channel tells. */
export interface ChannelEvents {
  /** A message: each one once, in the order of the channel. */
  readonly message: MessageData;
  /** The messages `from`..`to` will not come; the next one is the one after them. */
  readonly gap: GapData;
  /** Joined, for the first time or again. Comes before any `gap`, `reset` or `message` of it. */
  readonly joined: JoinAck;
  readonly reset: Reset;
  /** Somebody came or went; only in channels whose setting asks for presence. */
  readonly presence: PresenceData;
  readonly left: Left;
  /** A join was refused. It is tried again by itself if the error is temporary; else `left` came before it. */
  readonly error: BelfryError;
}
