import type { GapData, MessageData } from '../../../src/protocol/events.ts';
import type { Channel } from '../channel.ts';
import { Bench, joinAck, message } from '../testing/bench.ts';
import type { Left, Reset } from './channel-events.ts';

const { jest } = import.meta;
const told = {
  message: jest.fn<void, [MessageData]>(),
  gap: jest.fn<void, [GapData]>(),
  reset: jest.fn<void, [Reset]>(),
  left: jest.fn<void, [Left]>(),
  presence: jest.fn(),
  joined: jest.fn(),
  error: jest.fn(),
};
let bench: Bench;
let news: Channel;

beforeEach(() => {
  jest.useFakeTimers();
  bench = new Bench();
  news = bench.client.channel('news');
  news.on('message', told.message);
  news.on('gap', told.gap);
  news.on('reset', told.reset);
  news.on('left', told.left);
  news.on('presence', told.presence);
  news.on('joined', told.joined);
  news.on('error', told.error);
});

afterEach(() => {
  bench.client.close();
  jest.useRealTimers();
  jest.resetAllMocks();
});

const turn = (): Promise<void> => Promise.resolve();
const comeBack = (): void => bench.comeBack((ms) => jest.advanceTimersByTime(ms));
const offsets = (): number[] => told.message.mock.calls.map(([{ offset }]) => offset);

/** The listeners' own join is answered: the subscription stands at `offset`. */
async function enter(offset = 4): Promise<void> {
  await turn();
  bench.socket.welcome();
  bench.joined(offset);
}

const tell = (...all: number[]): void => {
  for (const offset of all) bench.socket.receive('message', message(offset));
};

describe('joining', () => {
  it('begins with the first listener, and connects for it', async () => {
    await enter();
    expect(bench.socket.requests('join').map(({ data }) => data)).toEqual([{ channel: 'news' }]);
    expect(told.joined).toHaveBeenCalledWith(joinAck(4));
    expect(news.position).toEqual({ epoch: 'e1', offset: 4 });
  });

  it('begins where the app says, although it listened before it said so', async () => {
    const joined = news.join({ since: { epoch: 'e1', offset: 2 } });
    expect(news.position).toEqual({ epoch: 'e1', offset: 2 });
    await enter(2);
    expect(bench.socket.requests('join').map(({ data }) => data)).toEqual([
      { channel: 'news', since: { epoch: 'e1', offset: 2 } },
    ]);
    expect(await joined).toEqual(joinAck(2));
  });

  it('may begin with the newest messages, and goes on from its cursor after that', async () => {
    void news.join({ last: 3 });
    await enter(1);
    expect(bench.socket.request('join').data).toEqual({ channel: 'news', since: { last: 3 } });
    tell(2);
    comeBack();
    expect(bench.socket.request('join').data).toEqual({ channel: 'news', since: { epoch: 'e1', offset: 2 } });
  });

  it('is asked again on the next line when the line broke before the answer', async () => {
    const joined = news.join();
    await turn();
    bench.socket.welcome();
    comeBack();
    bench.joined(7);
    expect(await joined).toEqual(joinAck(7));
  });

  it('does nothing while it is in the channel already', async () => {
    await enter();
    expect(await news.join()).toEqual(joinAck(4));
    expect(bench.socket.requests('join')).toHaveLength(1);
  });

  it('is tried again by itself when the refusal is temporary', async () => {
    await turn();
    bench.socket.welcome();
    bench.socket.refuse('join', 'unavailable', { temporary: true });
    expect(told.error).toHaveBeenCalledWith(expect.objectContaining({ code: 'unavailable', temporary: true }));
    jest.advanceTimersByTime(500);
    bench.joined(4);
    expect(told.joined).toHaveBeenCalledTimes(1);
    expect(told.left).not.toHaveBeenCalled();
  });

  it('ends when the refusal is for good, and is not tried again', async () => {
    const joined = news.join();
    const failed = jest.fn();
    bench.client.on('error', failed);
    await turn();
    bench.socket.welcome();
    bench.socket.refuse('join', 'channel_limit');
    await expect(joined).rejects.toMatchObject({ name: 'BelfryError', code: 'channel_limit', temporary: false });
    expect(told.left).toHaveBeenCalledWith({ reason: expect.objectContaining({ code: 'channel_limit' }) });
    expect(told.error).toHaveBeenCalledTimes(1);
    expect(failed).toHaveBeenCalledTimes(1);
    comeBack();
    expect(bench.socket.requests('join')).toEqual([]);
  });
});

describe('a channel', () => {
  it('tells each message once and in order', async () => {
    await enter();
    tell(5, 6, 6, 5, 7);
    expect(offsets()).toEqual([5, 6, 7]);
    expect(news.position).toEqual({ epoch: 'e1', offset: 7 });
  });

  it('tells of gaps, with what of them is new', async () => {
    await enter();
    bench.socket.receive('gap', { channel: 'news', from: 5, to: 7 });
    bench.socket.receive('gap', { channel: 'news', from: 3, to: 9 });
    bench.socket.receive('gap', { channel: 'news', from: 3, to: 9 });
    tell(9, 10);
    expect(told.gap.mock.calls.map(([{ from, to }]) => [from, to])).toEqual([
      [5, 7],
      [8, 9],
    ]);
    expect(offsets()).toEqual([10]);
  });

  it('tells of a hole that the server did not tell of', async () => {
    await enter();
    tell(7);
    expect(told.gap).toHaveBeenCalledWith({ channel: 'news', from: 5, to: 6 });
    expect(offsets()).toEqual([7]);
  });

  it('goes on after a break where it was', async () => {
    await enter();
    tell(5);
    comeBack();
    expect(bench.socket.request('join').data).toEqual({ channel: 'news', since: { epoch: 'e1', offset: 5 } });
    bench.joined(5, { recovered: true });
    tell(6);
    expect(offsets()).toEqual([5, 6]);
    expect(told.reset).not.toHaveBeenCalled();
    expect(told.gap).not.toHaveBeenCalled();
  });

  it.each([
    ['the epoch is another', { epoch: 'e2' }, 9],
    ['the channel has gone backwards', {}, 2],
  ])('is told of as reset when %s', async (_name, more, offset) => {
    await enter();
    comeBack();
    bench.joined(offset, { first: 1, ...more });
    const to = { epoch: 'e1', offset, ...more };
    expect(told.reset).toHaveBeenCalledWith({ from: { epoch: 'e1', offset: 4 }, to, first: 1 });
    tell(offset + 1);
    expect(offsets()).toEqual([offset + 1]);
  });

  it('tells of a gap when the server begins later in the same epoch without a word', async () => {
    await enter();
    comeBack();
    bench.joined(8);
    expect(told.gap).toHaveBeenCalledWith({ channel: 'news', from: 5, to: 8 });
  });

  it('tells who comes and goes', async () => {
    bench.connect();
    bench.socket.receive('presence', { channel: 'news', joined: { id: 'too early' } });
    await turn();
    bench.joined(4);
    bench.socket.receive('presence', { channel: 'news', joined: { id: 'u2' } });
    expect(told.presence.mock.calls).toEqual([[{ channel: 'news', joined: { id: 'u2' } }]]);
  });

  it('hears nothing of other channels', async () => {
    await enter();
    for (const event of ['message', 'gap', 'presence']) {
      bench.socket.receive(event, { ...message(5), channel: 'elsewhere', from: 5, to: 6 });
    }
    expect([told.message, told.gap, told.presence].flatMap(({ mock }) => mock.calls)).toEqual([]);
  });
});
