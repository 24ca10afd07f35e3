/**
 * Raw frames: a gateway that is handed what its clients send as it came, text or binary, and sends frames as it likes.
 * For protocols that are not Belfry's. Order, backpressure, heartbeat, limits, identity and draining are the floor's as everywhere.
 */
import { SubscribeMessage } from '@nestjs/websockets';
import type { Frame, FrameFormat, Request } from './frame.ts';
import { isObject } from './json.ts';

/** A frame as a client sent it. It is a `Frame` too: a handler that returns it echoes. */
export interface RawFrame extends Frame {
  readonly payload: Buffer;
}

/** No client can name it: where frames are raw, nothing in them is an event's name. */
export const RAW_EVENT = 'raw frame';

/**
 * Marks the method that gets every frame of its gateway's path, as `@MessageBody() frame: RawFrame`. What it returns is sent: a
 * Buffer or Uint8Array as a binary frame, a string as a text frame, a `Frame` as it is, nothing for undefined. Guards, pipes,
 * interceptors and filters stand around it as around any handler. Such a path has no `error` frames: what is thrown closes the
 * connection: with 1011 when it is temporary or was not foreseen, with 4500 for `unauthorized`, 4003 for too many frames, else with 4504.
 */
export const RawMessages = (): MethodDecorator => SubscribeMessage(RAW_EVENT);

/** The format of a gateway with `@RawMessages()`. What the floor says by events (`goodbye`, `pong`) has no place in it. */
export const RAW: FrameFormat = {
  decode(payload: Buffer, binary: boolean): Request {
    return { event: RAW_EVENT, data: { payload, binary } satisfies RawFrame };
  },

  encode(event: string, data: unknown): Frame | undefined {
    return event === 'ack' ? toFrame(data) : undefined;
  },

  encodeJson(): undefined {
    return undefined;
  },

  closeFor({ code, temporary }) {
    if (code === 'unauthorized') return 'unauthorized';
    if (code === 'too_many_requests') return 'too_many_frames';
    return temporary ? 'internal' : 'refused';
  },
};

/** @throws TypeError for what is no frame: a defect of the gateway, which is logged and closes the connection */
function toFrame(value: unknown): Frame | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return { payload: value, binary: false };
  if (value instanceof Uint8Array) return { payload: bufferOf(value), binary: true };
  if (isFrame(value)) return value;
  throw new TypeError('A gateway of raw frames returned neither bytes, nor text, nor a frame.');
}

/** The same bytes, and not a copy of them. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function isFrame(value: unknown): value is Frame {
  if (!isObject(value) || typeof value['binary'] !== 'boolean') return false;
  return typeof value['payload'] === 'string' || Buffer.isBuffer(value['payload']);
}
