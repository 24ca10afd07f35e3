import type { PublishData } from '../../../src/protocol/events.ts';
import type { Channel } from '../channel.ts';
import { Bench, publishAck } from '../testing/bench.ts';

const { jest } = import.meta;
let bench: Bench;
let news: Channel;

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  bench = new Bench({ queue: 100 });
  news = bench.client.channel('news');
});

afterEach(() => {
  bench.client.close();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const comeBack = (): void => bench.comeBack((ms) => jest.advanceTimersByTime(ms));
const sent = (): PublishData[] => bench.socket.requests('message').map(({ data }) => data as PublishData);
const texts = (): Array<string | undefined> => sent().map(({ text }) => text);

/** Publishes, and lets nobody mind if it fails. */
function publish(...all: string[]): void {
  for (const text of all) news.publish({ text }).catch(() => undefined);
}

it('connects when something is published, and needs no join for it', async () => {
  const kept = news.publish({ text: 'ding' });
  expect(bench.client.state.kind).toBe('connecting');
  bench.socket.welcome();
  expect(sent()).toEqual([{ channel: 'news', text: 'ding', key: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
  bench.socket.acknowledge('message', publishAck(1));
  expect(await kept).toEqual(publishAck(1));
  expect(bench.socket.requests('join')).toEqual([]);
});

it('sends what was said then, whatever becomes of the object', () => {
  const data = { n: 1 };
  void news.publish({ data }, { key: 'mine' });
  data.n = 2;
  bench.connect();
  expect(sent()).toEqual([{ channel: 'news', data: { n: 1 }, key: 'mine' }]);
  expect(bench.client.pending).toEqual([{ channel: 'news', data: { n: 1 }, key: 'mine', at: Date.now() }]);
  bench.socket.acknowledge('message', publishAck(1));
});

it('sends what has no answer again, under the same keys and before all newer ones', async () => {
  bench.connect();
  const kept = ['a', 'b', 'c'].map((text) => news.publish({ text }));
  const first = sent();
  bench.socket.receive('ack', publishAck(2), bench.socket.requests('message')[1]?.id);
  bench.socket.end();
  kept.push(news.publish({ text: 'd' }));
  jest.advanceTimersByTime(20_000);
  bench.socket.welcome();
  expect(texts()).toEqual(['a', 'c', 'd']);
  expect(sent().slice(0, 2)).toEqual([first[0], first[2]]);
  for (const [n, { id }] of bench.socket.requests('message').entries()) {
    bench.socket.receive('ack', publishAck(n + 1, true), id);
  }
  expect(await Promise.all(kept)).toHaveLength(4);
  expect(bench.client.pending).toEqual([]);
});

it('is not answered by what an old line says', () => {
  bench.connect();
  publish('a');
  const old = bench.socket;
  comeBack();
  old.acknowledge('message', publishAck(1));
  expect(bench.client.pending).toHaveLength(1);
});

it('leaves at most 32 requests unanswered, and sends the next with each answer', () => {
  bench.connect();
  publish(...Array.from({ length: 50 }, (_each, n) => String(n)));
  expect(texts()).toHaveLength(32);
  bench.socket.receive('ack', publishAck(1), bench.socket.requests('message')[0]?.id);
  expect(texts().slice(32)).toEqual(['32']);
  comeBack();
  expect(texts()).toEqual(Array.from({ length: 32 }, (_each, n) => String(n + 1)));
});

it('is refused when too many are pending, never silently', async () => {
  publish(...Array.from({ length: 100 }, String));
  await expect(news.publish({ text: 'one more' })).rejects.toMatchObject({
    name: 'QueueFullError',
    code: 'queue_full',
    temporary: true,
  });
  expect(bench.client.pending).toHaveLength(100);
});

it('rejects with what the server refuses for good', async () => {
  bench.connect();
  const refused = news.publish({ text: 'ding' });
  bench.socket.refuse('message', 'forbidden');
  await expect(refused).rejects.toMatchObject({ name: 'BelfryError', code: 'forbidden', temporary: false });
  expect(bench.client.pending).toEqual([]);
});

it('is tried again when the refusal is temporary, before anything newer', async () => {
  bench.connect();
  const kept = news.publish({ text: 'a' });
  bench.socket.refuse('message', 'unavailable', { temporary: true });
  publish('b');
  jest.advanceTimersByTime(249);
  expect(texts()).toEqual(['a']);
  jest.advanceTimersByTime(1);
  expect(texts()).toEqual(['a', 'a', 'b']);
  bench.socket.receive('ack', publishAck(9), bench.socket.requests('message')[1]?.id);
  expect(await kept).toEqual(publishAck(9));
});

it('waits longer after each temporary refusal, at once on a new line, and shortly again after a success', () => {
  bench.connect();
  publish('a');
  for (const [n, wait] of [250, 500, 1_000, 2_000].entries()) {
    bench.socket.refuse('message', 'unavailable', { temporary: true });
    jest.advanceTimersByTime(wait - 1);
    expect(sent()).toHaveLength(n + 1);
    jest.advanceTimersByTime(1);
    expect(sent()).toHaveLength(n + 2);
  }
  bench.socket.refuse('message', 'unavailable', { temporary: true });
  bench.client.rename('Ben');
  bench.socket.welcome();
  expect(texts()).toEqual(['a']);
  bench.socket.acknowledge('message', publishAck(1));
  publish('b');
  bench.socket.refuse('message', 'unavailable', { temporary: true });
  jest.advanceTimersByTime(250);
  expect(texts()).toEqual(['a', 'b', 'b']);
});

it('waits as long as the server says, but no longer than a minute', () => {
  const refuse = (index: number, retryAfter: number): void => {
    const refusal = { code: 'too_many_requests', message: 'no', temporary: true, retryAfter };
    bench.socket.receive('error', refusal, bench.socket.requests('message')[index]?.id);
  };
  bench.connect();
  publish('a', 'b');
  refuse(0, 1_000);
  refuse(1, 1_500);
  jest.advanceTimersByTime(1_499);
  expect(texts()).toEqual(['a', 'b']);
  jest.advanceTimersByTime(1);
  expect(texts()).toEqual(['a', 'b', 'a', 'b']);
  refuse(2, 3_600_000);
  for (let second = 1; second <= 60; second += 1) {
    expect(sent()).toHaveLength(4);
    // Or the line would count as dead.
    bench.socket.receive('pong', { at: second });
    jest.advanceTimersByTime(1_000);
  }
  expect(texts().slice(4)).toEqual(['a']);
});

it('rejects what is larger than a frame may be, and sends what is behind it', async () => {
  const large = news.publish({ text: 'ü'.repeat(500) });
  publish('fits');
  bench.client.connect();
  bench.socket.welcome({ limits: { payload: 1_000, channels: 1 } });
  await expect(large).rejects.toMatchObject({ code: 'too_large' });
  expect(texts()).toEqual(['fits']);
});

it('rejects data that JSON cannot hold', async () => {
  await expect(news.publish({ data: { n: 1n } })).rejects.toThrow(TypeError);
  expect(bench.client.pending).toEqual([]);
});

it('is not sent again when the server may have forgotten its key', async () => {
  bench.connect();
  const old = news.publish({ text: 'sent' });
  bench.socket.end();
  bench.client.disconnect();
  publish('never sent');
  old.catch(() => undefined);
  jest.advanceTimersByTime(23 * 3_600_000);
  bench.connect();
  await expect(old).rejects.toMatchObject({ code: 'expired' });
  expect(texts()).toEqual(['never sent']);
});

describe('withdrawn', () => {
  it('by its signal before it was sent, it never is', async () => {
    const abort = new AbortController();
    const withdrawn = news.publish({ text: 'a' }, { signal: abort.signal });
    publish('b');
    abort.abort();
    await expect(withdrawn).rejects.toMatchObject({ name: 'AbortError' });
    bench.socket.welcome();
    expect(texts()).toEqual(['b']);
  });

  it('by its signal after it was sent, it is not sent again', async () => {
    const abort = new AbortController();
    bench.connect();
    const withdrawn = news.publish({ text: 'a' }, { signal: abort.signal });
    abort.abort(new Error('never mind'));
    await expect(withdrawn).rejects.toThrow('never mind');
    bench.socket.acknowledge('message', publishAck(1));
    comeBack();
    expect(texts()).toEqual([]);
  });

  it('before it began, it does not even connect', async () => {
    await expect(news.publish({ text: 'a' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(bench.client.state.kind).toBe('idle');
  });

  it('by its timeout, with an error that says so', async () => {
    const late = news.publish({ text: 'a' }, { timeout: 5_000 });
    jest.advanceTimersByTime(5_000);
    await expect(late).rejects.toMatchObject({ code: 'timeout', temporary: true });
    expect(bench.client.pending).toEqual([]);
  });

  it('leaves no timer and no listener behind, and neither does an answer', async () => {
    const { signal } = new AbortController();
    const removed = jest.spyOn(signal, 'removeEventListener');
    bench.connect();
    const before = jest.getTimerCount();
    const kept = news.publish({ text: 'a' }, { signal, timeout: 5_000 });
    bench.socket.acknowledge('message', publishAck(1));
    await kept;
    expect(removed).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(before);
  });
});

describe('at the end', () => {
  it('rejects what is pending when the client is closed, and everything after', async () => {
    bench.connect();
    const pending = news.publish({ text: 'a' });
    bench.client.close();
    await expect(pending).rejects.toMatchObject({ name: 'EndedError', code: 'closed', isKept: false });
    await expect(news.publish({ text: 'b' })).rejects.toMatchObject({ code: 'closed' });
    expect(bench.client.pending).toEqual([]);
  });

  it('rejects what is pending when the server says to stay away, until it is connected by hand', async () => {
    bench.connect();
    const pending = news.publish({ text: 'a' });
    bench.socket.end(4500, 'unauthorized');
    await expect(pending).rejects.toMatchObject({ code: 'stopped', closeCode: 4500, reason: 'unauthorized' });
    await expect(news.publish({ text: 'b' })).rejects.toMatchObject({ code: 'stopped' });
    bench.connect();
    publish('c');
    expect(texts()).toEqual(['c']);
  });

  it('keeps what is pending while it is disconnected by hand', () => {
    bench.connect();
    publish('a');
    bench.client.disconnect();
    publish('b');
    bench.connect();
    expect(texts()).toEqual(['a', 'b']);
  });
});
