import type { Channel } from '../channel.ts';
import { Bench, joinAck, message } from '../testing/bench.ts';

const { jest } = import.meta;
const told = { message: jest.fn(), left: jest.fn(), joined: jest.fn() };
let bench: Bench;
let news: Channel;

beforeEach(() => {
  jest.useFakeTimers();
  bench = new Bench();
  news = bench.client.channel('news');
  news.on('message', told.message);
  news.on('left', told.left);
  news.on('joined', told.joined);
});

afterEach(() => {
  bench.client.close();
  jest.useRealTimers();
  jest.resetAllMocks();
});

const turn = (): Promise<void> => Promise.resolve();
const offsets = () => told.message.mock.calls.map(([{ offset }]) => Number(offset));

/** The listener's own join is answered: the subscription stands at 4. */
async function enter(): Promise<void> {
  await turn();
  bench.socket.welcome();
  bench.joined(4);
}

const tell = (...all: number[]): void => {
  for (const offset of all) bench.socket.receive('message', message(offset));
};

describe('leaving', () => {
  it('ends it, also over reconnects, and keeps the position readable', async () => {
    await enter();
    news.leave();
    news.leave();
    tell(5);
    expect(bench.socket.requests('leave')).toHaveLength(1);
    expect(told.left.mock.calls).toEqual([[{ reason: undefined }]]);
    expect(news.position).toEqual({ epoch: 'e1', offset: 4 });
    bench.comeBack((ms) => jest.advanceTimersByTime(ms));
    expect(bench.socket.requests('join')).toEqual([]);
    expect(offsets()).toEqual([]);
  });

  it('takes back a join that nobody asked for explicitly', async () => {
    const { client } = new Bench();
    client.channel('news').on('message', told.message);
    client.channel('news').leave();
    await turn();
    expect(client.state.kind).toBe('idle');
  });

  it('makes an answer that comes later an old story', async () => {
    await turn();
    bench.socket.welcome();
    const first = bench.socket.request('join');
    news.leave();
    const again = news.join({ since: { epoch: 'e1', offset: 8 } });
    bench.socket.receive('ack', joinAck(4), first.id);
    tell(5, 9);
    expect(told.joined).not.toHaveBeenCalled();
    bench.joined(8, { recovered: true });
    tell(9);
    expect(offsets()).toEqual([9]);
    expect(await again).toMatchObject({ offset: 8 });
  });

  it('rejects a join that is under way', async () => {
    const joined = news.join();
    news.leave();
    await expect(joined).rejects.toMatchObject({ code: 'left' });
  });

  it('makes the next join begin anew, at the newest message', async () => {
    await enter();
    news.leave();
    void news.join();
    expect(bench.socket.request('join').data).toEqual({ channel: 'news' });
  });
});

describe('when a newer token does not allow the channel any more', () => {
  const forbidden = expect.objectContaining({ code: 'forbidden' });

  it('ends with the reason, which the client tells too, and is not joined again after a reconnect', async () => {
    const failed = jest.fn();
    bench.client.on('error', failed);
    await enter();
    bench.socket.receive('error', { code: 'forbidden', message: 'no', temporary: false, channel: 'news' });
    tell(5);
    expect(told.left.mock.calls).toEqual([[{ reason: forbidden }]]);
    expect(failed.mock.calls).toEqual([[forbidden]]);
    expect(offsets()).toEqual([]);
    bench.comeBack((ms) => jest.advanceTimersByTime(ms));
    expect(bench.socket.requests('join')).toEqual([]);
  });

  it('goes on where it was once it is joined again', async () => {
    await enter();
    const { position } = news;
    bench.socket.receive('error', { code: 'forbidden', message: 'no', temporary: false, channel: 'news' });
    void news.join({ since: position });
    bench.joined(4, { recovered: true });
    tell(5);
    expect(offsets()).toEqual([5]);
  });
});

describe('when the server says to stay away', () => {
  it('ends with the reason, and goes on where it was after a connect by hand', async () => {
    await enter();
    bench.socket.end(4501, 'removed');
    const reason = expect.objectContaining({ code: 'stopped', closeCode: 4501, reason: 'removed' });
    expect(told.left).toHaveBeenCalledWith({ reason });
    await expect(news.join()).rejects.toMatchObject({ code: 'stopped' });
    bench.connect();
    expect(bench.socket.request('join').data).toEqual({ channel: 'news', since: { epoch: 'e1', offset: 4 } });
  });
});
