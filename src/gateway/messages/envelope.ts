/**
 * Nest's own envelope plus a request id: {"event": string, "data"?: any, "id"?: number|string}, as text frames.
 * It is what every endpoint speaks unless its gateway names another format.
 */
import type { RequestId } from '../../protocol/events.ts';
import type { Frame, FrameFormat, Request } from './frame.ts';
import { MalformedFrame } from './gateway-error.ts';
import { isObject, isRequestId, parseJson } from './json.ts';

/** The default frame format. */
export const ENVELOPE: FrameFormat = {
  decode(payload: Buffer): Request {
    const envelope = parseJson(payload);
    if (!isObject(envelope)) throw new MalformedFrame('bad_envelope');
    const { event, data, id } = envelope;
    if (!isRequestId(id)) throw new MalformedFrame('bad_envelope');
    if (typeof event !== 'string') throw new MalformedFrame('bad_envelope', undefined, id);
    return { event, data, ...(id !== undefined && { id }) };
  },

  encode(event: string, data: unknown, id?: RequestId): Frame {
    return { payload: JSON.stringify({ event, data, id }), binary: false };
  },

  encodeJson(event: string, json: string): Frame {
    return { payload: `{"event":${JSON.stringify(event)},"data":${json}}`, binary: false };
  },
};
