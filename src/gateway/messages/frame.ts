/**
 * A frame is bytes that are ready to be sent, encoded once however many sockets get them.
 * A frame format turns what clients send into requests, and events into frames. Each endpoint speaks exactly one.
 */
import type { CloseName } from '../../protocol/close-codes.ts';
import type { ErrorData } from '../../protocol/error-codes.ts';
import type { Position, RequestId } from '../../protocol/events.ts';

/** One WebSocket message, encoded. Frames are shared between connections and never changed. */
export interface Frame {
  readonly payload: Buffer | string;
  /** Opcode 0x2 when true, text (0x1) otherwise. */
  readonly binary: boolean;
  /** Whether the payload is deflated, as permessage-deflate says (RFC 7692 section 7.2.1). */
  readonly compressed?: boolean;
}

/** What a client asks for, whatever its bytes looked like. */
export interface Request {
  readonly event: string;
  readonly data?: unknown;
  readonly id?: RequestId;
}

/** The way an endpoint writes events as bytes. `ENVELOPE` is the default; a gateway names another as `format` in its options. */
export interface FrameFormat {
  /**
   * Reads one frame.
   *
   * @param payload the whole message, already reassembled and within MAX_PAYLOAD
   * @param binary whether it came as a binary message; a text is UTF-8
   * @throws MalformedFrame
   */
  decode(payload: Buffer, binary: boolean): Request;
  /**
   * Writes one event.
   *
   * @returns undefined when this format has no way to say that event; then nothing is sent
   */
  encode(event: string, data: unknown, id?: RequestId): Frame | undefined;
  /**
   * Writes one event whose data is JSON already, as the log keeps it.
   *
   * @param position where in its channel it stands, for formats that say so outside of the data
   * @returns undefined as `encode` does
   */
  encodeJson(event: string, json: string, position: Position): Frame | undefined;
  /** Frames as the bytes that go over the line; those of WebSocket frames (RFC 6455) when left out. */
  readonly toBytes?: (frames: readonly Frame[]) => Buffer;
  /** How a client is closed where others are told of an error: only in a format that has no way to say one. */
  closeFor?(error: ErrorData): CloseName;
}
