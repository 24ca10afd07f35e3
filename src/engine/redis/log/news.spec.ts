import { EventEmitter, once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { RedisConnection } from '../connection/connection.ts';
import type { ChannelNews } from './channel-news.ts';
import { News } from './news.ts';

/** A connection of which only what news need is there. */
function fakeConnection(): { readonly connection: RedisConnection; readonly reconnect: () => void } {
  let connected: (() => void) | undefined;
  const news = Object.assign(new EventEmitter(), {
    subscribe: () => Promise.resolve(1),
    unsubscribe: () => Promise.resolve(1),
    ping: () => Promise.resolve('PONG'),
  });
  const connection = {
    news,
    isCluster: false,
    isReady: true,
    onConnected: (listener: () => void) => (connected = listener),
    patiently: (attempt: () => Promise<unknown>) => attempt(),
  } as unknown as RedisConnection;
  return { connection, reconnect: () => connected?.() };
}

// A reconnect used to be content with a look that had begun before: a channel that it had passed by then stayed behind
// for up to 30 s.
test('a reconnect looks at every channel, also while an earlier look still waits for one of them', async () => {
  const looks: string[] = [];
  const slow = new EventEmitter();
  const stuck = once(slow, 'done');
  const open = (channel: string): ChannelNews =>
    ({
      begin: () => Promise.resolve(),
      end: () => {},
      healAnew: () => {
        looks.push(channel);
        return channel === 'slow' ? stuck : Promise.resolve();
      },
    }) as unknown as ChannelNews;
  const { connection, reconnect } = fakeConnection();
  const news = new News(connection, open, 60_000);
  await news.watch('quick');
  await news.watch('slow');
  reconnect();
  await turn();
  expect(looks).toEqual(['quick', 'slow']);
  reconnect();
  await turn();
  slow.emit('done');
  await turn();
  expect(looks).toEqual(['quick', 'slow', 'quick', 'slow']);
  news.close();
});
