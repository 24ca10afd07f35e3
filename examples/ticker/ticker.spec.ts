/** Prices are worth something while they are new. */
import { join } from 'node:path';
import { Client } from '../../test/support/client.ts';
import type { Json } from '../../test/support/client.ts';
import { startBelfry } from '../../test/support/in-process.ts';
import { ROOT } from '../../test/support/root.ts';
import { Prices } from './prices.ts';
import { TickerModule } from './ticker.module.ts';

const channelsFile = join(ROOT, 'examples/channels.json');

describe('the ticker', () => {
  it('tells everybody the same prices, each once and in order', async () => {
    const { wsUrl } = await startBelfry({ channelsFile }, [TickerModule.of(['BEL', 'TWR'])]);
    const [ann, ben] = [await Client.joined(`${wsUrl}/ws`, 'ticker'), await Client.joined(`${wsUrl}/ws`, 'ticker')];
    const [first, second] = [await ann.event('message'), await ann.event('message')];
    expect(first.data?.['data']).toEqual({ prices: { BEL: expect.any(Number), TWR: expect.any(Number) } });
    expect(offsetOf(second)).toBe(offsetOf(first) + 1);
    const heard: Json[] = [];
    while (offsetOf(heard.at(-1)) < offsetOf(second)) heard.push(await ben.event('message'));
    expect(heard.at(-1)).toEqual(second);
  });

  it('shows a client that had stopped reading a gap and the newest price, and no backlog', async () => {
    const ticks = 3000;
    const symbols = Array.from({ length: 300 }, (_, index) => `S${index}`);
    const { app, wsUrl } = await startBelfry({ channelsFile, highWater: 16 * 1024 }, [TickerModule.of(symbols)]);
    const reader = await Client.joined(`${wsUrl}/ws`, 'ticker');
    reader.socket.pause();
    const prices = app.get(Prices);
    for (let i = 0; i < ticks; i += 100) await Promise.all(Array.from({ length: 100 }, async () => prices.tick()));
    reader.socket.resume();
    // What was on the line already, then the gap, then what is newest.
    let heard = 0;
    let frame = await reader.json();
    for (; frame.event !== 'gap'; frame = await reader.json()) heard += 1;
    const { from, to } = frame.data as { readonly from: number; readonly to: number };
    expect(to - from).toBeGreaterThan(ticks / 4);
    expect(heard).toBeLessThan(from);
    const { data } = await reader.event('message');
    expect(data?.['offset']).toBe(to + 1);
    expect(to + 1).toBeGreaterThanOrEqual(ticks);
  });
});

function offsetOf(message: Json | undefined): number {
  return Number(message?.data?.['offset'] ?? 0);
}
