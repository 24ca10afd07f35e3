/**
 * What has gone through one endpoint since the start: numbers that are added to in place, where it happens, and never taken back.
 * Whoever wants to know reads them; nobody is told.
 */
import { CLOSE_CODES } from '../protocol/close-codes.ts';
import type { ErrorCode } from '../protocol/error-codes.ts';

/** What close codes are counted as that mean nothing here: a client may send any of some thousands. */
export const UNKNOWN_CODE = 0;

/** The standard ones of RFC 6455 section 7.4.1 and its registry, 1006 for none at all, and ours. */
const STANDARD_CODES = [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
const KNOWN_CODES = new Set([...STANDARD_CODES, ...Object.values(CLOSE_CODES).map(({ code }) => code)]);

/** How often each of a few things has happened. Its keys must be bounded: codes, and nothing that clients make up. */
export class Tally<Key extends string | number> extends Map<Key, number> {
  /** One more. */
  add(key: Key): void {
    this.set(key, (this.get(key) ?? 0) + 1);
  }
}

/** What a connection counts by itself. */
interface Own {
  readonly framesReceived: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

/** The counts of one endpoint. */
export class Counts {
  /** Connections that were opened. */
  opened = 0;
  /** Connections that have closed, by the code of `Connection.closeCode`. */
  readonly closed = new Tally<number>();
  /** Connections that are open now. */
  open = 0;
  /** What connections that have closed received and were sent; those that are open still count by themselves. */
  framesReceived = 0;
  bytesReceived = 0;
  bytesSent = 0;
  /** Requests that were answered with `error`, by its code. */
  readonly errors = new Tally<ErrorCode>();

  /** A connection was opened. */
  opens(): void {
    this.opened += 1;
    this.open += 1;
  }

  /**
   * A connection has closed.
   *
   * @param code what it was closed with, by whichever end; 1006 when the line broke
   */
  closes({ framesReceived, bytesReceived, bytesSent }: Own, code: number): void {
    this.open -= 1;
    this.closed.add(KNOWN_CODES.has(code) ? code : UNKNOWN_CODE);
    this.framesReceived += framesReceived;
    this.bytesReceived += bytesReceived;
    this.bytesSent += bytesSent;
  }
}
