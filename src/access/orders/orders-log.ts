/**
 * Orders of operators, kept in a channel of the log that no client can name: durable before they are acknowledged, and heard
 * by all nodes. A node reads the channel from its beginning when it starts, and then keeps a cursor as any subscription does:
 * what does not continue it is read from the log, and so is what nobody told, at intervals.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { CHANNEL_LOG } from '../../engine/channel-log.ts';
import type { Batch, ChannelLog, Entry } from '../../engine/channel-log.ts';
import { EngineUnavailable } from '../../engine/engine-unavailable.ts';
import { SECOND } from '../../settings/units.ts';

/** What somebody orders. */
export type Order =
  | { readonly order: 'revoke-user'; readonly user: string }
  | { readonly order: 'revoke-token'; readonly token: string }
  | { readonly order: 'remove-connection'; readonly connection: string };

/** Carries out an order that was given at `at`, ms since 1970. The same one may come again. Must not throw. */
export type OrderListener = (order: Order, at: number) => void;

/** Clients cannot name a channel with a `$`. */
const CHANNEL = '$orders';

/** Milliseconds between two looks at whether something was missed, and between two attempts to read while the log is away. */
const CHECK = 10 * SECOND;
const RETRY = SECOND;

const PAGE = 500;

/** The channel of orders. */
@Injectable()
export class OrdersLog implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Orders');
  private listener: OrderListener = () => {};
  private epoch = '';
  private cursor = 0;
  private known = false;
  private reading: Promise<void> | undefined;
  private isWatching = false;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(@Inject(CHANNEL_LOG) private readonly log: ChannelLog) {}

  /** Whether all orders that were given before this server started have been carried out. */
  get isKnown(): boolean {
    return this.known;
  }

  /** Sets who carries out orders, before the application is initialised. */
  onOrder(listener: OrderListener): void {
    this.listener = listener;
  }

  /** Does not wait for a log that is away: until it is there, nobody's token is taken. */
  async onModuleInit(): Promise<void> {
    this.log.onAppended((batch) => this.take(batch));
    this.log.onReset((channel) => {
      if (channel === CHANNEL) void this.catchUp();
    });
    await this.look();
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /**
   * Gives an order. Resolves when it is durable: every node that can reach the log carries it out, also one that starts later.
   *
   * @throws EngineUnavailable when it could not be kept
   */
  async give(order: Order): Promise<void> {
    await this.log.append(CHANNEL, { from: CHANNEL, data: { ...order } });
    // Whoever gave it may rely on it here: news may come a little later.
    await this.catchUp();
  }

  private async look(): Promise<void> {
    await this.catchUp();
    if (!this.isClosed) this.timer = setTimeout(() => void this.look(), this.known ? CHECK : RETRY).unref();
  }

  private take({ channel, epoch, entries }: Batch): void {
    if (channel !== CHANNEL) return;
    if (epoch !== this.epoch || entries[0]?.offset !== this.cursor + 1) void this.catchUp();
    else this.carryOut(entries);
  }

  /** Reads what has not been read. Never rejects: what cannot be read now is read at the next look. */
  private async catchUp(): Promise<void> {
    // One that is under way may be past the place where something is missing.
    await this.reading;
    this.reading ??= this.read()
      .catch((error: unknown) => {
        if (!(error instanceof EngineUnavailable)) this.logger.error(error);
      })
      .finally(() => (this.reading = undefined));
    await this.reading;
  }

  private async read(): Promise<void> {
    if (!this.isWatching) await this.log.watch(CHANNEL);
    this.isWatching = true;
    for (;;) {
      const { entries, epoch, head } = await this.log.read({ channel: CHANNEL, after: this.cursor, limit: PAGE });
      if (epoch !== this.epoch) {
        this.epoch = epoch;
        // Of another life of the log, offsets mean nothing; orders that are carried out again do no harm.
        if (this.cursor > 0) {
          this.cursor = 0;
          continue;
        }
      }
      this.carryOut(entries);
      if (entries.length === 0 || this.cursor >= head) break;
    }
    this.known = true;
  }

  private carryOut(entries: readonly Entry[]): void {
    for (const { offset, json } of entries) {
      // News that came while a page was read may hold some of it.
      if (offset <= this.cursor) continue;
      this.cursor = offset;
      const order = parseOrder(json);
      if (order) this.listener(order.order, order.at);
      else
        this.logger.warn(`the order ${offset} cannot be read and is left out; is another version of Belfry running?`);
    }
  }
}

/** A log that is shared may hold what somebody else wrote into it. */
function parseOrder(json: string): { readonly order: Order; readonly at: number } | undefined {
  try {
    const { data, at } = JSON.parse(json) as { data?: unknown; at?: unknown };
    return isOrder(data) && typeof at === 'number' ? { order: data, at } : undefined;
  } catch {
    return undefined;
  }
}

function isOrder(data: unknown): data is Order {
  if (typeof data !== 'object' || data === null) return false;
  const { order, user, token, connection } = data as Record<string, unknown>;
  switch (order) {
    case 'revoke-user':
      return typeof user === 'string';
    case 'revoke-token':
      return typeof token === 'string';
    case 'remove-connection':
      return typeof connection === 'string';
    default:
      return false;
  }
}
