/**
 * Which close code ws sends after an error that it found in what came from a client (RFC 6455 section 7.4.1): it tells only
 * the client, and reports 1006 here.
 */
const CODES: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
};

/** Every other breach of the protocol. */
const PROTOCOL_ERROR = 1002;

/** The code that follows from an error of a WebSocket; undefined for errors of the line under it. */
export function failureCode({ code = '' }: NodeJS.ErrnoException): number | undefined {
  return CODES[code] ?? (code.startsWith('WS_ERR_') ? PROTOCOL_ERROR : undefined);
}
