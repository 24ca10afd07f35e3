/**
 * How the data file is laid out: the names of its databases, and the bytes of their keys and records.
 * Relies on LMDB ordering keys as unsigned bytes, so every number is big-endian.
 * What is encoded here is read back unchanged or, when its checksum is wrong, not at all.
 *
 * | database   | key                                  | record                           |
 * | ---------- | ------------------------------------ | -------------------------------- |
 * | `life`     | `life`                               | the log's life (life.ts), as JSON |
 * | `channels` | the channel's name                   | its number, head, first          |
 * | `messages` | channel's number, offset             | checksum, at, JSON               |
 * | `keys`     | channel's number, hash of author+key | offset, at, epoch                |
 * | `expiry`   | at, channel's number, offset         | the key in `keys`                |
 */
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A channel as it is stored. */
export interface ChannelRecord {
  /** Short name of the channel in the other databases. Given once, never again. */
  readonly number: number;
  readonly head: number;
  readonly first: number;
}

/** What is remembered for an idempotency key. */
export interface KeyRecord {
  readonly offset: number;
  /** When the message was appended, ms since 1970. */
  readonly at: number;
  readonly epoch: string;
}

/** A message as it is stored. */
export interface MessageRecord {
  readonly at: number;
  readonly json: string;
}

// 4 bytes count channels, 6 bytes count messages and milliseconds: 2^48, some 8,900 years of them.
const CHANNEL = 4;
const WIDE = 6;
const CHECKSUM = 4;
const KEY_HASH = 16;

/** Key of a message. Those of one channel follow each other in the order of their offsets. */
export function messageKey(channel: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(CHANNEL + WIDE);
  key.writeUInt32BE(channel, 0);
  key.writeUIntBE(offset, CHANNEL, WIDE);
  return key;
}

/** The offset in a message's key. */
export function offsetOf(key: Buffer): number {
  return key.readUIntBE(CHANNEL, WIDE);
}

/** The record of a message. */
export function encodeMessage({ at, json }: MessageRecord): Buffer {
  const record = Buffer.allocUnsafe(CHECKSUM + WIDE + Buffer.byteLength(json));
  record.writeUIntBE(at, CHECKSUM, WIDE);
  record.write(json, CHECKSUM + WIDE);
  record.writeUInt32BE(crc32(record.subarray(CHECKSUM)), 0);
  return record;
}

/** A message's record, read; undefined when its bytes are not those that were written. */
export function decodeMessage(record: Buffer): MessageRecord | undefined {
  if (record.length <= CHECKSUM + WIDE || crc32(record.subarray(CHECKSUM)) !== record.readUInt32BE(0)) return undefined;
  return { at: record.readUIntBE(CHECKSUM, WIDE), json: record.toString('utf8', CHECKSUM + WIDE) };
}

/** When a message was appended, without a look at the rest of its record. */
export function appendedAt(record: Buffer): number {
  return record.readUIntBE(CHECKSUM, WIDE);
}

/** The record of a channel. */
export function encodeChannel({ number, head, first }: ChannelRecord): Buffer {
  const record = Buffer.allocUnsafe(CHANNEL + WIDE + WIDE);
  record.writeUInt32BE(number, 0);
  record.writeUIntBE(head, CHANNEL, WIDE);
  record.writeUIntBE(first, CHANNEL + WIDE, WIDE);
  return record;
}

/** A channel's record, read. */
export function decodeChannel(record: Buffer): ChannelRecord {
  return {
    number: record.readUInt32BE(0),
    head: record.readUIntBE(CHANNEL, WIDE),
    first: record.readUIntBE(CHANNEL + WIDE, WIDE),
  };
}

/**
 * Where an idempotency key is remembered. Authors and keys are of any length and alphabet, so both go in as a hash;
 * 128 bits of SHA-256 do not meet by chance, nor by the intent of somebody who chooses keys.
 */
export function idempotencyKey(channel: number, from: string, key: string): Buffer {
  const bytes = Buffer.allocUnsafe(CHANNEL + KEY_HASH);
  bytes.writeUInt32BE(channel, 0);
  hash('sha256', JSON.stringify([from, key]), 'buffer').copy(bytes, CHANNEL, 0, KEY_HASH);
  return bytes;
}

/** The record of an idempotency key. */
export function encodeKey({ offset, at, epoch }: KeyRecord): Buffer {
  const record = Buffer.allocUnsafe(WIDE + WIDE + Buffer.byteLength(epoch));
  record.writeUIntBE(offset, 0, WIDE);
  record.writeUIntBE(at, WIDE, WIDE);
  record.write(epoch, WIDE + WIDE);
  return record;
}

/** An idempotency key's record, read. */
export function decodeKey(record: Buffer): KeyRecord {
  return {
    offset: record.readUIntBE(0, WIDE),
    at: record.readUIntBE(WIDE, WIDE),
    epoch: record.toString('utf8', WIDE + WIDE),
  };
}

/** Whether an idempotency key's entry in `expiry` speaks of this record, and not of one that has replaced it. */
export function expires(entry: Buffer, record: KeyRecord): boolean {
  return entry.readUIntBE(0, WIDE) === record.at && entry.readUIntBE(WIDE + CHANNEL, WIDE) === record.offset;
}

/** Key of an entry that says when an idempotency key was remembered, oldest first. */
export function expiryKey(at: number, channel = 0, offset = 0): Buffer {
  const key = Buffer.allocUnsafe(WIDE + CHANNEL + WIDE);
  key.writeUIntBE(at, 0, WIDE);
  key.writeUInt32BE(channel, WIDE);
  key.writeUIntBE(offset, WIDE + CHANNEL, WIDE);
  return key;
}
