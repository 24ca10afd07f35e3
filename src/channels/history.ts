/**
 * A piece of a channel's past, for whoever scrolls back or asks what it missed.
 */
import type { ChannelLog, Entry } from '../engine/channel-log.ts';
import type { HistoryAck, MessageData } from '../protocol/events.ts';

/** Messages when no limit is asked for. */
const DEFAULT_LIMIT = 50;

/** Bytes of messages in one answer; reached by at least one message. The rest is asked for again. */
const MAX_BYTES = 1024 * 1024;

/** Which piece: the newest before `before`, or the oldest after `after`, or the newest of all. */
export interface HistoryRequest {
  readonly channel: string;
  readonly before?: number;
  readonly after?: number;
  /** 1..500. */
  readonly limit?: number;
}

/** Reads a piece from the log. */
export async function historyOf(log: ChannelLog, request: HistoryRequest): Promise<HistoryAck> {
  const { channel, after, limit = DEFAULT_LIMIT } = request;
  if (after !== undefined) {
    const { epoch, entries, first, head } = await log.read({ channel, after, limit, maxBytes: MAX_BYTES });
    return { channel, epoch, messages: entries.map(toMessage), first, last: head };
  }
  const { head } = await log.reach(channel);
  const end = Math.min(request.before ?? head + 1, head + 1);
  const page = await log.read({ channel, after: Math.max(end - 1 - limit, 0), limit });
  const before = page.entries.filter(({ offset }) => offset < end);
  const messages = newestWithin(before).map(toMessage);
  return { channel, epoch: page.epoch, messages, first: page.first, last: page.head };
}

/** As many as fit, from the end: what is left out is before them, where the next request continues. */
function newestWithin(entries: readonly Entry[]): readonly Entry[] {
  let bytes = 0;
  let from = entries.length;
  for (const { json } of entries.toReversed()) {
    bytes += Buffer.byteLength(json);
    if (bytes > MAX_BYTES && from < entries.length) break;
    from -= 1;
  }
  return entries.slice(from);
}

function toMessage({ json }: Entry): MessageData {
  return JSON.parse(json) as MessageData;
}
