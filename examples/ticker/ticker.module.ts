/** Prices for many. It needs no gateway: `/ws` serves the channel, and a page joins it. */
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Prices, SYMBOLS } from './prices.ts';

@Module({})
export class TickerModule {
  static of(symbols: readonly string[]): DynamicModule {
    return { module: TickerModule, providers: [{ provide: SYMBOLS, useValue: symbols }, Prices] };
  }
}
