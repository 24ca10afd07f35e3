/**
 * Where a subscription starts, by how far the channel reaches and what the client has seen.
 */
import type { Reach } from '../engine/channel-log.ts';
import type { Position } from '../protocol/events.ts';

/** What a client says about where it wants to start; nothing for the newest. */
export type Since = Position | { readonly last: number } | undefined;

/** Where it starts. */
export interface Start {
  /** The cursor: everything up to it counts as given. Less than `first - 1` when a gap is to be told. */
  readonly offset: number;
  /** Whether everything after `since` is still kept. */
  readonly recovered: boolean;
}

/** The rule of `join`, as docs/protocol.md tells it. */
export function startOf({ epoch, head, first }: Reach, since: Since): Start {
  if (since === undefined) return { offset: head, recovered: false };
  if ('last' in since) return { offset: Math.max(first - 1, head - since.last), recovered: false };
  const known = since.epoch === epoch && since.offset <= head;
  return known ? { offset: since.offset, recovered: since.offset >= first - 1 } : { offset: head, recovered: false };
}
