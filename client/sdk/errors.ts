/** Whatever goes wrong in this library is one of these, told apart by `code`. */
import type { ErrorCode, ErrorData, InvalidProperty } from '../../src/protocol/error-codes.ts';

/** The codes that come from the library itself; all others come from the server. */
export const SDK_CODES = {
  queue_full: { message: 'Too many publications wait.', temporary: true },
  timeout: { message: 'No answer in time; it may have been kept.', temporary: true },
  too_large: { message: 'Too large for this server.', temporary: false },
  expired: { message: 'Sent too long ago and not answered: sent again, it could double.', temporary: false },
  other_user: { message: 'Sent as another user and not answered: sent again, it could double.', temporary: false },
  outbox_failed: { message: 'The outbox could not be written.', temporary: true },
  token_failed: { message: 'The token function failed.', temporary: true },
  left: { message: 'The channel was left.', temporary: false },
  overrun: { message: 'Too many messages wait.', temporary: true },
  disconnected: { message: 'Call connect() first.', temporary: true },
  stopped: { message: 'The server closed it for good.', temporary: false },
  closed: { message: 'The client was closed.', temporary: false },
} as const satisfies Record<string, Pick<ErrorData, 'message' | 'temporary'>>;

/** One of the library's own codes. */
export type SdkCode = keyof typeof SDK_CODES;

/** A refusal by the server, or by the library before it got there. */
export class BelfryError extends Error {
  override readonly name: string = 'BelfryError';
  /** Stable, for programs. A newer server may send codes that are not listed here. */
  readonly code: ErrorCode | SdkCode;
  /** True when the same may succeed later. */
  readonly temporary: boolean;
  /** With `invalid`: each property and the rules that it breaks. */
  readonly details: readonly InvalidProperty[] | undefined;

  constructor(data: ErrorData | SdkCode, options?: ErrorOptions) {
    const known: Omit<ErrorData, 'code'> = typeof data === 'string' ? SDK_CODES[data] : data;
    super(known.message, options);
    this.code = typeof data === 'string' ? data : data.code;
    this.temporary = known.temporary;
    this.details = known.details;
  }
}

/** Code `queue_full`: as many publications as allowed are unanswered. Nothing was sent; try again when some are through. */
export class QueueFullError extends BelfryError {
  override readonly name = 'QueueFullError';

  constructor() {
    super('queue_full');
  }
}

/** Codes `stopped` and `closed`: the connection has ended for good before the answer came. */
export class EndedError extends BelfryError {
  override readonly name = 'EndedError';
  /** True for a publication that stays in the outbox and will be sent by whoever opens it next: don't publish it again. */
  readonly isKept: boolean;
  /** With `stopped`: the server's close code, 4500..4999; 0 when the address could not even be dialled. */
  readonly closeCode: number | undefined;
  /** With `stopped`: the server's own words. */
  readonly reason: string | undefined;

  constructor(code: 'stopped' | 'closed', more: { isKept?: boolean; closeCode?: number; reason?: string } = {}) {
    super(code);
    this.isKept = more.isKept ?? false;
    this.closeCode = more.closeCode;
    this.reason = more.reason;
  }
}
