/**
 * Prices that wander, published into a channel as often as they change. Where they come from does not matter here: a feed
 * of your own takes the place of `next`.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { ChannelsService } from 'belfry';

/** The channel. channels.json gives it `lag: latest`. */
const TICKER = 'ticker';

/** Which names have a price. */
export const SYMBOLS = Symbol('symbols');

/** Milliseconds between two prices. */
const INTERVAL = 250;

/** How far a price goes in one step at the most, as a part of it. */
const STEP = 0.004;

/** The prices. */
@Injectable()
export class Prices implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Ticker');
  private prices: Readonly<Record<string, number>>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly channels: ChannelsService,
    @Inject(SYMBOLS) symbols: readonly string[],
  ) {
    this.prices = Object.fromEntries(symbols.map((symbol, index) => [symbol, 40 * (index + 1)]));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tick(), INTERVAL);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Lets each price go a step, and publishes all of them in one message. Never rejects: the next ones are better than late ones. */
  async tick(): Promise<void> {
    this.prices = Object.fromEntries(Object.entries(this.prices).map(([symbol, price]) => [symbol, next(price)]));
    try {
      await this.channels.publish(TICKER, { from: TICKER, data: { prices: this.prices } });
    } catch (error) {
      this.logger.warn(`a price was not published: ${(error as Error).message}`);
    }
  }
}

function next(price: number): number {
  return Math.round(price * (1 + STEP * (2 * Math.random() - 1)) * 100) / 100;
}
