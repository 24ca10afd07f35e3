/**
 * The names of what a channel is made of in Redis. All of a channel's keys share a hash tag, so that in a Cluster they lie on one
 * server and one script can change them together; channel names have no braces.
 */
import { createHash } from 'node:crypto';

/** The channel's record: epoch, head, and which life of the server appended last. */
export function recordKey(channel: string): string {
  return `belfry:{${channel}}:record`;
}

/** Matches the records of all channels, as `SCAN` takes it. */
export const RECORDS = recordKey('*');

/** The channel whose record it is; undefined for a key that is none. */
export function channelOfRecord(key: string): string | undefined {
  return /^belfry:\{([^{}]+)\}:record$/.exec(key)?.[1];
}

/** The stream of its messages. An entry's id is its offset. */
export function streamKey(channel: string): string {
  return `belfry:{${channel}}:log`;
}

/** What a node's last call to it was answered. */
export function callKey(channel: string, node: string): string {
  return `belfry:{${channel}}:call:${node}`;
}

/** A message that was sent under an idempotency key. The hash keeps authors and keys apart, whatever they are made of. */
export function idempotencyKey(channel: string, from: string, key: string): string {
  const digest = createHash('sha256').update(`${from.length}:${from}${key}`).digest('base64url');
  return `belfry:{${channel}}:key:${digest}`;
}

/** Where its messages are published. */
export function newsChannel(channel: string): string {
  return `belfry:{${channel}}:news`;
}

/** The JSON of every message of a channel begins with this, and the offset follows. */
export function jsonHead(channel: string): string {
  return `{"channel":${JSON.stringify(channel)},"offset":`;
}
