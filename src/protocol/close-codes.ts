/**
 * Every close code that Belfry sends, with the reason that goes with it.
 *
 * Standard codes mean what RFC 6455 section 7.4.1 says. Our own tell the client what to do by their range alone:
 * 4000-4499 come back, 4500-4999 stay away. A code that this version doesn't know is still safe to act on.
 */
export const CLOSE_CODES = {
  /** The server could not set the connection up, or failed in a way that it does not understand. */
  internal: { code: 1011, reason: 'internal error' },
  /** The server is leaving; others, or its successor, will answer soon. */
  restarting: { code: 1012, reason: 'the server restarts, come back' },
  /** There is no room, or it cannot be found out for now who the client is (IANA registry). */
  try_later: { code: 1013, reason: 'try again later' },
  /** Nothing came from the client, not even a pong, for HEARTBEAT_INTERVAL + HEARTBEAT_TIMEOUT. */
  heartbeat_timeout: { code: 4000, reason: 'no sign of life' },
  /** The client does not keep up, in a channel whose setting `lag` is `disconnect`. */
  too_slow: { code: 4001, reason: 'too slow for this channel' },
  /** The client's token has expired, and it did not send a newer one. */
  token_expired: { code: 4002, reason: 'the token has expired, come back with a new one' },
  /** The client went on sending although its frames were refused with `too_many_requests`. */
  too_many_frames: { code: 4003, reason: 'too many frames, slow down' },
  /** The client did not prove who it is, or may no longer be here. */
  unauthorized: { code: 4500, reason: 'unauthorized' },
  /** An operator closed the connection. */
  removed: { code: 4501, reason: 'removed by an operator' },
  /** Too many frames in a row that are not of this endpoint's protocol. */
  malformed: { code: 4502, reason: 'too many malformed frames' },
  /** The client offered subprotocols, and none of them is ours. */
  protocol_unknown: { code: 4503, reason: 'offer the subprotocol belfry.v1, or none' },
  /** A frame was refused at an endpoint of raw frames, which has no way to say so but this. */
  refused: { code: 4504, reason: 'a frame was refused' },
} as const;

/** The name of one of our close codes. */
export type CloseName = keyof typeof CLOSE_CODES;

/**
 * Whether a client that was closed with `code` should connect again.
 *
 * @param code the code of the close event; 1006 when the line broke without a close frame
 */
export function mayComeBack(code: number): boolean {
  return code < 4500 || code > 4999;
}
