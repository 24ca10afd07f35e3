/**
 * How many frames and bytes one connection may send, pings and pongs and what is empty included. Two numbers for each
 * connection and no timer: see rate.ts. What is refused counts as well, so that who goes on regardless is soon closed.
 */
import { Injectable } from '@nestjs/common';
import { SECOND } from '../../settings/units.ts';
import { Settings } from '../../settings/settings.ts';
import type { RequestId } from '../../protocol/events.ts';
import type { Connection } from '../connection.ts';
import { GatewayError } from '../messages/gateway-error.ts';
import { WORTH_READING } from '../messages/json.ts';
import { BURST, REST } from './rate.ts';

/** Bursts after which a client is closed, and those after which it is cut off, if it then still sends. */
const BURSTS_TO_CLOSE = 2;
const BURSTS_TO_CUT = 3;

/** Pieces in which a message may come: enough for any client, and few enough not to cost more than the message. */
const LEAST_PIECES = 1024;
const BYTES_OF_PIECE = 256;

/** Bounds what ws keeps of a message that is not complete: frames of it, which may be empty, and chunks of a frame. */
export function piecesOf(maxPayload: number): { readonly maxFragments: number; readonly maxBufferedChunks: number } {
  const pieces = Math.max(LEAST_PIECES, maxPayload / BYTES_OF_PIECE);
  return { maxFragments: pieces, maxBufferedChunks: pieces };
}

/** FRAME_RATE and BYTE_RATE, for all connections. */
@Injectable()
export class FrameRates {
  /** Milliseconds that one frame, and one byte, are worth; 0 without a limit. */
  private readonly frame: number;
  private readonly byte: number;
  /** Milliseconds that a client may be ahead with its bytes: at least one frame as large as may be. */
  private readonly byteBurst: number;

  constructor({ frameRate, byteRate, maxPayload }: Settings) {
    this.frame = SECOND / frameRate;
    this.byte = SECOND / byteRate;
    this.byteBurst = Math.max(BURST, maxPayload * this.byte);
  }

  /**
   * Counts a frame that came just now.
   *
   * @param bytes of its payload
   * @returns 0 when it is to be handled, else the milliseconds until others would be. A client that is far beyond is closed
   */
  count(connection: Connection, bytes: number): number {
    const { lastSeen: now } = connection;
    const frames = Math.max(connection.framesPaidUntil, now) + this.frame;
    const all = Math.max(connection.bytesPaidUntil, now) + bytes * this.byte;
    connection.framesPaidUntil = frames;
    connection.bytesPaidUntil = all;
    const beyond = Math.max(frames - now - BURST, all - now - this.byteBurst);
    // What rounding adds to the last one of a burst does not count.
    if (beyond <= 0.001) return Math.ceil(Math.max(0, connection.refusedUntil - now));
    connection.refusedUntil = Math.max(connection.refusedUntil, now + beyond + REST);
    const bursts = Math.max((frames - now) / BURST, (all - now) / this.byteBurst);
    if (bursts > BURSTS_TO_CUT) connection.socket.terminate();
    else if (bursts > BURSTS_TO_CLOSE && !connection.isDismissed) connection.close('too_many_frames');
    return Math.ceil(connection.refusedUntil - now);
  }

  /** Answers a frame that is not handled, under its id if that is cheap to read; where that cannot be said, its sender is closed. */
  refuse(connection: Connection, payload: Buffer, wait: number): void {
    const { data } = new GatewayError('too_many_requests', undefined, { retryAfter: wait });
    const close = connection.format.closeFor?.(data);
    if (close !== undefined) return connection.close(close);
    connection.send('error', data, payload.length <= WORTH_READING ? idOf(connection, payload) : undefined);
  }
}

function idOf({ format }: Connection, payload: Buffer): RequestId | undefined {
  try {
    return format.decode(payload, false).id;
  } catch {
    return undefined;
  }
}
