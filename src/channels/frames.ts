import type { Entry } from '../engine/channel-log.ts';
import type { Frame, FrameFormat } from '../gateway/messages/frame.ts';

/** The entries of a channel as frames of one format, in their order. */
export function framesOf(entries: readonly Entry[], format: FrameFormat): Frame[] {
  return entries.flatMap(({ json }) => format.encodeJson('message', json) ?? []);
}
