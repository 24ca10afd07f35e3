/**
 * Reading: one look at one state of the data file, however much is written and trimmed meanwhile.
 * Relies on LMDB's snapshots: what is read before the event loop turns belongs together.
 */
import type { Entry, ListedChannel, ListRequest, Page, PageRequest, Reach } from '../channel-log.ts';
import type { DataFile } from './data-file/data-file.ts';
import { decodeChannel, decodeMessage, messageKey, offsetOf } from './data-file/layout.ts';

/** The file does not hold what it should. Nothing that is read or written from now on can be trusted. */
export class DamagedLog extends Error {}

/** How far a channel reaches. */
export function readReach(file: DataFile, epoch: string, channel: string): Reach {
  const record = file.channels.get(channel);
  const { head, first } = record ? decodeChannel(record) : { head: 0, first: 1 };
  return { epoch, head, first };
}

/** A piece of the list of channels. */
export function readChannels(file: DataFile, epoch: string, { after, limit }: ListRequest): ListedChannel[] {
  const range = file.channels.getRange({
    ...(after !== undefined && { start: after, exclusiveStart: true }),
    limit,
  });
  return [...range].map(({ key, value }) => {
    const { head, first } = decodeChannel(value);
    return { channel: key, epoch, head, first };
  });
}

/**
 * A page of a channel.
 *
 * @throws DamagedLog when a message that should be there is not, or is not the one that was written
 */
export function readPage(file: DataFile, epoch: string, { channel, after, limit, maxBytes }: PageRequest): Page {
  const record = file.channels.get(channel);
  if (!record) return { epoch, head: 0, first: 1, entries: [] };
  const { number, head, first } = decodeChannel(record);
  const start = Math.max(after + 1, first);
  const end = Math.min(start + limit, head + 1);
  const entries: Entry[] = [];
  if (start >= end) return { epoch, head, first, entries };
  let offset = start;
  let bytes = 0;
  for (const { key, value } of file.messages.getRange({
    start: messageKey(number, start),
    end: messageKey(number, end),
  })) {
    const message = offsetOf(key) === offset ? decodeMessage(value) : undefined;
    if (!message) break;
    bytes += Buffer.byteLength(message.json);
    if (entries.length > 0 && bytes > (maxBytes ?? Infinity)) return { epoch, head, first, entries };
    entries.push({ offset, json: message.json });
    offset += 1;
  }
  if (offset < end) throw new DamagedLog(`Message ${offset} of channel ${channel} is not what was written`);
  return { epoch, head, first, entries };
}
