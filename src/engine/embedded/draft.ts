/**
 * One transaction in the making: gives offsets, finds duplicates, and collects what is to be written and announced.
 * Relies on nobody else writing while it lives: there is one transaction in flight, and what it reads is the newest.
 * Changes nothing by itself; a draft that is thrown away leaves no trace, not even a number.
 */
import type { MessageData } from '../../protocol/events.ts';
import type { Appended, Batch, Entry, Publication } from '../channel-log.ts';
import type { RetentionOf } from '../retention.ts';
import type { DataFile } from './data-file/data-file.ts';
import {
  decodeChannel,
  decodeKey,
  encodeChannel,
  encodeKey,
  encodeMessage,
  expiryKey,
  idempotencyKey,
  messageKey,
} from './data-file/layout.ts';
import type { KeyRecord } from './data-file/layout.ts';
import { Transaction } from './data-file/transaction.ts';

/** What holds for all messages of a draft. */
export interface DraftTerms {
  readonly epoch: string;
  /** The time that they get, ms since 1970. */
  readonly at: number;
  /** Keys that were remembered before this are forgotten, ms since 1970. */
  readonly keysSince: number;
}

interface ChannelDraft {
  readonly number: number;
  readonly isNew: boolean;
  readonly first: number;
  head: number;
  readonly entries: Entry[];
}

interface KeyDraft {
  readonly bytes: Buffer;
  readonly channel: number;
  readonly record: KeyRecord;
}

/** Appends that become durable together. */
export class Draft {
  private readonly channels = new Map<string, ChannelDraft>();
  private readonly keys = new Map<string, KeyDraft>();
  private created = 0;

  constructor(
    private readonly file: DataFile,
    private readonly terms: DraftTerms,
  ) {}

  /**
   * Adds a message, or finds the one that has the same key.
   *
   * @returns what to answer once the draft is durable
   * @throws TypeError when `data` is not JSON; nothing was added
   */
  append(channel: string, publication: Publication): Appended {
    const { epoch, at } = this.terms;
    const draft = this.channel(channel);
    const { from, key } = publication;
    const bytes = key === undefined ? undefined : idempotencyKey(draft.number, from, key);
    const known = bytes && this.remembered(bytes);
    if (known) return { ...known, duplicate: true };
    const offset = draft.head + 1;
    draft.entries.push({ offset, json: encode({ channel, offset, ...publication, at }) });
    draft.head = offset;
    if (bytes) {
      this.keys.set(bytes.toString('latin1'), { bytes, channel: draft.number, record: { offset, at, epoch } });
    }
    return { epoch, offset, at, duplicate: false };
  }

  /** The messages that it adds, a batch for each channel, in the order in which the channels came. */
  batches(): Batch[] {
    return [...this.channels]
      .filter(([, { entries }]) => entries.length > 0)
      .map(([channel, { entries }]) => ({ channel, epoch: this.terms.epoch, entries }));
  }

  /** Channels that are larger than they may be, by more than `slack` messages. */
  beyond(retention: RetentionOf, slack: number): string[] {
    return [...this.channels]
      .filter(([channel, { head, first }]) => head - first + 1 - retention(channel).size > slack)
      .map(([channel]) => channel);
  }

  /** What is to be written for it. */
  transaction(): Transaction {
    const transaction = new Transaction();
    const { channels, messages, keys, expiry } = this.file;
    const { at } = this.terms;
    for (const [name, { number, isNew, head, first, entries }] of this.channels) {
      // A new channel is written even when its one message was not JSON: the numbers count the channels.
      if (entries.length === 0 && !isNew) continue;
      transaction.put(channels, name, encodeChannel({ number, head, first }));
      for (const { offset, json } of entries) {
        transaction.put(messages, messageKey(number, offset), encodeMessage({ at, json }), { placement: 'behind' });
      }
    }
    for (const { bytes, channel, record } of this.keys.values()) {
      transaction.put(keys, bytes, encodeKey(record));
      transaction.put(expiry, expiryKey(at, channel, record.offset), bytes, { placement: 'behind' });
    }
    return transaction;
  }

  private channel(name: string): ChannelDraft {
    const drafted = this.channels.get(name);
    if (drafted) return drafted;
    const record = this.file.channels.get(name);
    const stored = record ? decodeChannel(record) : { number: this.nextNumber(), head: 0, first: 1 };
    const draft = { ...stored, isNew: !record, entries: [] };
    this.channels.set(name, draft);
    return draft;
  }

  private nextNumber(): number {
    this.created += 1;
    return this.file.channelCount + this.created;
  }

  private remembered(bytes: Buffer): KeyRecord | undefined {
    const drafted = this.keys.get(bytes.toString('latin1'));
    if (drafted) return drafted.record;
    const record = this.file.keys.get(bytes);
    const known = record && decodeKey(record);
    return known && known.at >= this.terms.keysSince ? known : undefined;
  }
}

/** The one time that a message is encoded; its properties are always in this order. */
function encode({ channel, offset, from, name, text, data, key, at }: MessageData): string {
  return JSON.stringify({ channel, offset, from, name, text, data, key, at });
}
