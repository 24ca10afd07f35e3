/**
 * The scripts of the log as functions: what they take and answer, in our own terms.
 * Relies on the connection to run them. Remembers how far each channel reached when it was last seen, and says so with each
 * call, so that a log that went backwards without a restart (somebody restored a key) is found as well.
 */
import type { Batch, Page, PageRequest, Reach } from '../../channel-log.ts';
import type { RetentionOf } from '../../retention.ts';
import { callKey, idempotencyKey, jsonHead, newsChannel, recordKey, streamKey } from './channel-keys.ts';
import type { Argument, RedisConnection } from '../connection/connection.ts';
import { newId } from '../new-id.ts';
import { APPEND_SCRIPT, TOO_LATE } from './scripts/append.ts';
import { READ_SCRIPT } from './scripts/read.ts';

/** Milliseconds that Redis keeps what has expired, in case that clocks differ. What counts are the times in it. */
const SLACK = 60_000;

/** Channels whose reach is remembered. */
const REMEMBERED = 10_000;

/** How a store keeps messages. */
export interface StoreTerms {
  readonly retention: RetentionOf;
  /** Milliseconds that an idempotency key is remembered. */
  readonly idempotencyTtl: number;
  /** The clock, ms since 1970. */
  readonly now: () => number;
}

/** A message that is to be appended. */
export interface Drafted {
  readonly from: string;
  readonly key?: string | undefined;
  /** The message's JSON from behind the offset on, without its time and end. */
  readonly tail: string;
}

/** Messages that go to one channel in one step. */
export interface Call {
  readonly channel: string;
  /** Greater than that of any earlier call of this node to the channel. */
  readonly number: number;
  /** Their time, ms since 1970. */
  readonly at: number;
  readonly messages: readonly Drafted[];
}

/** What was known before. */
interface Duplicate {
  readonly epoch: string;
  readonly offset: number;
  readonly at: number;
}

/** What a call is answered. */
export interface CallAnswer {
  readonly epoch: string;
  /** The offset of the first new message; the others follow it in the order of the call. */
  readonly first: number;
  /** How many are new. */
  readonly count: number;
  /** By the message's place in the call. */
  readonly duplicates: ReadonlyMap<number, Duplicate>;
}

/** The channels in Redis, for one node. */
export class ChannelStore {
  private readonly node = newId();
  private readonly known = new Map<string, { readonly epoch: string; readonly head: number }>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly terms: StoreTerms,
  ) {}

  /**
   * Tries a call once. Rejects as ioredis does; the same call may be tried again, and is done once.
   *
   * @returns undefined when a later call of this node was done already, and this one therefore never will be
   */
  async append({ channel, number, at, messages }: Call): Promise<CallAnswer | undefined> {
    const { retention, idempotencyTtl } = this.terms;
    const { size, ttl } = retention(channel);
    const keys = [recordKey(channel), streamKey(channel), callKey(channel, this.node)];
    const publish = this.connection.isCluster ? 'SPUBLISH' : 'PUBLISH';
    const args: Argument[] = [
      ...this.life(channel, at),
      size,
      number,
      publish,
      newsChannel(channel),
      ttl + SLACK,
      idempotencyTtl + SLACK,
      at - idempotencyTtl,
      at,
    ];
    for (const { from, key, tail } of messages) {
      args.push(key === undefined ? 0 : keys.push(idempotencyKey(channel, from, key)), `${tail}${at}}`);
    }
    const answer = (await this.connection.run(APPEND_SCRIPT, keys, args)) as string;
    if (answer === TOO_LATE) return undefined;
    const parsed = parseAnswer(answer);
    this.remember(channel, parsed.epoch, parsed.first + parsed.count - 1);
    return parsed;
  }

  /**
   * Reads a page.
   *
   * @throws EngineUnavailable when Redis does not answer in time
   */
  async read({ channel, after, limit, maxBytes }: PageRequest): Promise<Page> {
    const head = jsonHead(channel);
    const [epoch = '', last, first, start, ...tails] = (await this.connection.ask(
      READ_SCRIPT,
      [recordKey(channel), streamKey(channel)],
      [
        ...this.life(channel, this.terms.now()),
        after,
        limit,
        maxBytes ?? Number.MAX_SAFE_INTEGER,
        Buffer.byteLength(head),
      ],
    )) as string[];
    this.remember(channel, epoch, Number(last));
    return {
      epoch,
      head: Number(last),
      first: Number(first),
      entries: tails.map((tail, index) => entryOf(head, Number(start) + index, tail)),
    };
  }

  /** How far a channel reaches; errors as `read`. */
  async reach(channel: string): Promise<Reach> {
    const { epoch, head, first } = await this.read({ channel, after: 0, limit: 0 });
    return { epoch, head, first };
  }

  /** The arguments of CHANNEL_LIFE. */
  private life(channel: string, now: number): Argument[] {
    const { epoch, head } = this.known.get(channel) ?? { epoch: '', head: 0 };
    return [newId(), this.connection.isDurable ? 1 : 0, epoch, head, now - this.terms.retention(channel).ttl];
  }

  private remember(channel: string, epoch: string, head: number): void {
    const known = this.known.get(channel);
    if (known?.epoch === epoch && known.head >= head) return;
    this.known.delete(channel);
    this.known.set(channel, { epoch, head });
    const [oldest] = this.known.size > REMEMBERED ? this.known.keys() : [];
    if (oldest !== undefined) this.known.delete(oldest);
  }
}

/** Reads what the append script publishes. */
export function parseNews(channel: string, news: string): Batch {
  const [line = '', ...tails] = news.split('\n');
  const [epoch = '', first] = line.split(' ');
  const head = jsonHead(channel);
  return { channel, epoch, entries: tails.map((tail, index) => entryOf(head, Number(first) + index, tail)) };
}

function entryOf(head: string, offset: number, tail: string): Batch['entries'][number] {
  return { offset, json: `${head}${offset}${tail}` };
}

function parseAnswer(answer: string): CallAnswer {
  const [line = '', ...rest] = answer.split('\n');
  const [epoch = '', first, count] = line.split(' ');
  const duplicates = rest.map((duplicate): readonly [number, Duplicate] => {
    const [place, offset, at, of = ''] = duplicate.split(' ');
    return [Number(place), { epoch: of, offset: Number(offset), at: Number(at) }];
  });
  return { epoch, first: Number(first), count: Number(count), duplicates: new Map(duplicates) };
}
