import type { ErrorData } from '../../../src/protocol/error-codes.ts';
import type {
  GapData,
  GoodbyeData,
  MessageData,
  PongData,
  PresenceData,
  RequestId,
  WelcomeData,
} from '../../../src/protocol/events.ts';

/** The answer to a request that the server has carried out. Whoever asked knows what its data is. */
export interface AckFrame {
  readonly event: 'ack';
  readonly id?: RequestId;
  readonly data?: unknown;
}

/** A refusal; without an `id` it answers something that the server could not read. */
export interface ErrorFrame {
  readonly event: 'error';
  readonly id?: RequestId;
  readonly data: ErrorData;
}

/** Every frame of the server that the library acts upon, told apart by `event`. */
export type Frame =
  | { readonly event: 'welcome'; readonly data: WelcomeData }
  | { readonly event: 'message'; readonly data: MessageData }
  | { readonly event: 'gap'; readonly data: GapData }
  | { readonly event: 'presence'; readonly data: PresenceData }
  | { readonly event: 'goodbye'; readonly data: GoodbyeData }
  | { readonly event: 'pong'; readonly data: PongData }
  | AckFrame
  | ErrorFrame;

/**
 * Reads what came over the socket.
 *
 * That there is an envelope is checked, because something else may answer at our address; the shape of its `data` is
 * the server's promise. An event that this version does not know passes through and is ignored by whoever switches on
 * it, so that a newer server does no harm.
 *
 * @returns the frame, or undefined when it is no envelope
 */
export function readFrame(raw: unknown): Frame | undefined {
  try {
    const value = JSON.parse(raw as string) as Partial<Frame> | null;
    // The `ack` of a `leave` is the one frame that has no data.
    const isFrame = value?.event === 'ack' || (typeof value?.data === 'object' && value.data);
    return isFrame ? (value as Frame) : undefined;
  } catch {
    return undefined;
  }
}
