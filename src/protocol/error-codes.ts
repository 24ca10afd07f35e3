/**
 * Every error code that the server sends in an `error` frame, with its default sentence and whether trying again later can help.
 * The code is stable; the sentence may be made more exact where the error is raised, and never repeats what the client sent.
 */
export const ERROR_CODES = {
  bad_json: { message: 'The frame is not valid JSON. Send one JSON object per frame.', temporary: false },
  bad_envelope: {
    message: 'The frame is no envelope. Send {"event": string, "data"?: any, "id"?: number or string}.',
    temporary: false,
  },
  unknown_event: {
    message: 'This endpoint does not know that event. See docs/protocol.md for those it has.',
    temporary: false,
  },
  invalid: {
    message: 'The data does not validate. The details name each property and the rule it breaks.',
    temporary: false,
  },
  unauthorized: {
    message: 'It could not be verified who you are. Get a new token, and send it.',
    temporary: false,
  },
  forbidden: { message: 'You are not allowed to do this here.', temporary: false },
  not_joined: { message: 'You have not joined this channel. Join it first.', temporary: false },
  too_many_requests: {
    message: 'That is too much in too short a time, and was not done. Send it again after `retryAfter` milliseconds.',
    temporary: true,
  },
  channel_limit: { message: 'This connection is in as many channels as it may be. Leave one first.', temporary: false },
  unavailable: {
    message: 'The message could not be stored, or the history not be read, for now. Try again.',
    temporary: true,
  },
  internal: { message: 'Something failed on the server. It has been logged; try again later.', temporary: true },
} as const;

/** One of the stable error codes. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What `details` of an `invalid` error holds, one entry per property that fails. */
export interface InvalidProperty {
  /** The property's path in `data`, with dots (`since.offset`); `data` itself when it is not an object. */
  readonly property: string;
  /** A sentence for each rule that the value breaks. */
  readonly rules: readonly string[];
}

/** The `data` of an `error` frame. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  /** True when the same request may succeed later. */
  readonly temporary: boolean;
  readonly details?: readonly InvalidProperty[];
  /** With `too_many_requests`: milliseconds after which the same request may succeed. */
  readonly retryAfter?: number;
  /** With `forbidden` that answers no request: the channel that the client was in and may no longer hear. */
  readonly channel?: string;
}
