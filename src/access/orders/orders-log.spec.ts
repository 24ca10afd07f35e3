import { Logger } from '@nestjs/common';
import type {
  AppendedListener,
  Batch,
  ChannelLog,
  Entry,
  Page,
  PageRequest,
  ResetListener,
} from '../../engine/channel-log.ts';
import { EngineUnavailable } from '../../engine/engine-unavailable.ts';
import { OrdersLog } from './orders-log.ts';

const { jest } = import.meta;

/** A log that forgets to tell, begins anew and is away when the test wants it to. */
class FickleLog implements Pick<ChannelLog, 'read' | 'watch' | 'onAppended' | 'onReset'> {
  entries: Entry[] = [];
  epoch = 'one';
  isAway = false;
  tell: AppendedListener = () => {};
  reset: ResetListener = () => {};

  onAppended(listener: AppendedListener): void {
    this.tell = listener;
  }

  onReset(listener: ResetListener): void {
    this.reset = listener;
  }

  watch(): Promise<void> {
    return this.isAway ? Promise.reject(new EngineUnavailable('away')) : Promise.resolve();
  }

  read({ after, limit }: PageRequest): Promise<Page> {
    if (this.isAway) return Promise.reject(new EngineUnavailable('away'));
    const entries = this.entries.slice(after, after + limit);
    return Promise.resolve({ epoch: this.epoch, head: this.entries.length, first: 1, entries });
  }

  add(data: object, at = 1): Batch {
    const entry = { offset: this.entries.length + 1, json: JSON.stringify({ data, at }) };
    this.entries.push(entry);
    return { channel: '$orders', epoch: this.epoch, entries: [entry] };
  }
}

const revoke = (user: string) => ({ order: 'revoke-user', user }) as const;

describe('orders in the log', () => {
  let log: FickleLog;
  let orders: OrdersLog;
  let told: string[];

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(() => {
    jest.useFakeTimers();
    log = new FickleLog();
    told = [];
    orders = new OrdersLog(log as unknown as ChannelLog);
    orders.onOrder((order, at) => told.push(`${'user' in order ? order.user : order.order}@${at}`));
  });

  afterEach(() => {
    orders.onApplicationShutdown();
    jest.useRealTimers();
  });

  test('are read from the beginning when a server starts, page by page', async () => {
    for (let i = 0; i < 1200; i += 1) log.add(revoke(`u${i}`), i);
    await orders.onModuleInit();
    expect(orders.isKnown).toBe(true);
    expect([told.length, told.at(-1)]).toEqual([1200, 'u1199@1199']);
  });

  test('are heard as they come, once each', async () => {
    await orders.onModuleInit();
    const batch = log.add(revoke('ann'));
    log.tell(batch);
    log.tell(batch);
    await jest.advanceTimersByTimeAsync(0);
    expect(told).toEqual(['ann@1']);
  });

  test('that nobody told are found when the next one comes', async () => {
    await orders.onModuleInit();
    log.add(revoke('missed'));
    log.tell(log.add(revoke('told')));
    await jest.advanceTimersByTimeAsync(0);
    expect(told).toEqual(['missed@1', 'told@1']);
  });

  test('that nobody told are found also when none comes', async () => {
    await orders.onModuleInit();
    log.add(revoke('missed'));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual(['missed@1']);
  });

  test('are unknown while the log is away, and known soon after it is back', async () => {
    log.isAway = true;
    log.add(revoke('ann'));
    await orders.onModuleInit();
    expect(orders.isKnown).toBe(false);
    log.isAway = false;
    await jest.advanceTimersByTimeAsync(1000);
    expect([orders.isKnown, told]).toEqual([true, ['ann@1']]);
  });

  test('are read anew when the log begins anew', async () => {
    log.add(revoke('old'));
    await orders.onModuleInit();
    log.epoch = 'two';
    log.entries = [];
    log.add(revoke('new'));
    log.reset('$orders', 'two');
    await jest.advanceTimersByTimeAsync(0);
    expect(told).toEqual(['old@1', 'new@1']);
  });

  test.each([
    ['no JSON', '{'],
    ['no order', '{"data":{"order":"dance"},"at":1}'],
    ['nothing', 'null'],
    ['no time', '{"data":{"order":"revoke-user","user":"ann"}}'],
  ])('that are %s are left out, and those behind them carried out', async (_what, json) => {
    log.entries.push({ offset: 1, json });
    log.add(revoke('ann'));
    await orders.onModuleInit();
    expect(told).toEqual(['ann@1']);
  });
});
