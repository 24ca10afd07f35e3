import type { Channel } from '../channel.ts';
import { Bench } from '../testing/bench.ts';

const { jest } = import.meta;
const page = { channel: 'news', epoch: 'e1', messages: [], first: 1, last: 0 };
let bench: Bench;
let news: Channel;

beforeEach(() => {
  jest.useFakeTimers();
  bench = new Bench();
  news = bench.client.channel('news');
});

afterEach(() => {
  bench.client.close();
  jest.useRealTimers();
});

it('connects to ask, and gives the answer', async () => {
  const history = news.history({ before: 10, limit: 5 });
  const presence = news.presence();
  bench.socket.welcome();
  expect(bench.socket.request('history').data).toEqual({ channel: 'news', before: 10, limit: 5 });
  expect(bench.socket.request('presence').data).toEqual({ channel: 'news' });
  bench.socket.acknowledge('history', page);
  bench.socket.acknowledge('presence', { channel: 'news', users: [] });
  expect(await history).toEqual(page);
  expect(await presence).toEqual({ channel: 'news', users: [] });
});

it('asks again on the next line, and only what has no answer', async () => {
  bench.connect();
  const answered = news.presence();
  bench.socket.acknowledge('presence', { channel: 'news', users: [] });
  await answered;
  const history = news.history();
  bench.comeBack((ms) => jest.advanceTimersByTime(ms));
  expect(bench.socket.requests('presence')).toEqual([]);
  bench.socket.acknowledge('history', page);
  expect(await history).toEqual(page);
});

it('rejects with what the server refuses', async () => {
  bench.connect();
  const history = news.history();
  bench.socket.refuse('history', 'unavailable', { temporary: true });
  await expect(history).rejects.toMatchObject({ code: 'unavailable', temporary: true });
});

it('rejects with the reason of its signal, and asks no more', async () => {
  const abort = new AbortController();
  const history = news.history({ signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(history).rejects.toThrow('enough');
  await expect(news.presence({ signal: abort.signal })).rejects.toThrow('enough');
  bench.socket.welcome();
  expect(bench.socket.sent).toEqual([]);
});

it.each([
  ['disconnected', 'disconnected', () => bench.client.disconnect()],
  ['closed', 'closed', () => bench.client.close()],
  ['told to stay away', 'stopped', () => bench.socket.end(4500)],
])('rejects when the client is %s, before and after', async (_name, code, end) => {
  bench.connect();
  const before = news.history();
  end();
  await expect(before).rejects.toMatchObject({ code });
  await expect(news.presence()).rejects.toMatchObject({ code });
});
