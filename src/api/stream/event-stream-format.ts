/**
 * Events as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html): each a few lines of text that end
 * with an empty one. A message carries where it stands as its id, by which a browser resumes by itself.
 */
import type { Frame, FrameFormat } from '../../gateway/messages/frame.ts';
import { MalformedFrame } from '../../gateway/messages/gateway-error.ts';
import type { Position } from '../../protocol/events.ts';

/** Somebody who writes into a log that is shared may have broken a line; here it would end the event. */
const LINE_BREAK = /\r\n|\r|\n/g;

/** Where a stream stands, as an event's id. */
export function idOf({ epoch, offset }: Position): string {
  return `${epoch}:${offset}`;
}

/** What `idOf` wrote; undefined for anything else. */
export function positionOf(id: string): Position | undefined {
  const [, epoch, offset] = /^(.{1,64}):(\d{1,15})$/.exec(id) ?? [];
  return epoch === undefined ? undefined : { epoch, offset: Number(offset) };
}

/**
 * One event.
 *
 * @param fields further lines of it, such as `id` and `retry`
 */
export function eventOf(event: string, json: string, fields: Readonly<Record<string, string | number>> = {}): Frame {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  const payload = `${lines.join('')}event: ${event}\ndata: ${json.replaceAll(LINE_BREAK, '\ndata: ')}\n\n`;
  return { payload, binary: false };
}

/** One object for all streams: what is encoded once is shared by those of a format. */
export const EVENT_STREAM: FrameFormat = {
  /** Never called: a stream has one direction. */
  decode(): never {
    throw new MalformedFrame('bad_envelope');
  },

  encode(event: string, data: unknown): Frame {
    return eventOf(event, JSON.stringify(data));
  },

  encodeJson(event: string, json: string, position: Position): Frame {
    return eventOf(event, json, { id: idOf(position) });
  },

  toBytes: (frames) => Buffer.from(frames.map(({ payload }) => payload).join('')),
};
