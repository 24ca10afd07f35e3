import { Bench, message } from '../testing/bench.ts';

const { jest } = import.meta;
let bench: Bench;

beforeEach(() => {
  jest.useFakeTimers();
  bench = new Bench();
});

afterEach(() => {
  bench.client.close();
  jest.useRealTimers();
});

/** In the channel at offset 0. */
async function enter(): Promise<void> {
  await Promise.resolve();
  bench.socket.welcome();
  bench.joined(0);
}

const tell = (...offsets: number[]): void => {
  for (const offset of offsets) bench.socket.receive('message', message(offset));
};

const over = { done: true, value: undefined };

it('gives every message from the call on, also those that came before the loop asked', async () => {
  const messages = bench.client.channel('news').messages();
  await enter();
  tell(1, 2);
  const heard: number[] = [];
  for await (const { offset } of messages) {
    heard.push(offset);
    if (offset === 2) tell(3);
    if (offset === 3) break;
  }
  expect(heard).toEqual([1, 2, 3]);
});

it('waits for what has not come yet, for as many as ask', async () => {
  const messages = bench.client.channel('news').messages();
  const asked = Promise.all([messages.next(), messages.next()]);
  await enter();
  tell(1, 2);
  expect((await asked).map(({ value }) => value?.offset)).toEqual([1, 2]);
});

it('stays in the channel when the loop is left, and gives nothing more', async () => {
  const messages = bench.client.channel('news').messages();
  await enter();
  tell(1);
  await messages.return?.();
  tell(2);
  expect(await messages.next()).toEqual(over);
  expect(bench.socket.requests('leave')).toEqual([]);
});

it.each([
  ['the channel is left', () => bench.client.channel('news').leave()],
  ['the client is closed', () => bench.client.close()],
])('ends when %s, after what had come', async (_name, end) => {
  const messages = bench.client.channel('news').messages();
  await enter();
  tell(1);
  end();
  expect(await messages.next()).toMatchObject({ done: false, value: { offset: 1 } });
  expect(await messages.next()).toEqual(over);
});

it('throws once when the server says to stay away, and is over then', async () => {
  const messages = bench.client.channel('news').messages();
  await enter();
  const asked = [messages.next(), messages.next()];
  bench.socket.end(4500);
  await expect(asked[0]).rejects.toMatchObject({ name: 'EndedError', code: 'stopped' });
  expect(await asked[1]).toEqual(over);
});

it('throws when the join is refused', async () => {
  const messages = bench.client.channel('news').messages();
  await Promise.resolve();
  bench.socket.welcome();
  bench.socket.refuse('join', 'forbidden');
  await expect(messages.next()).rejects.toMatchObject({ code: 'forbidden' });
});

it('throws the reason of its signal, also when that is aborted before', async () => {
  const abort = new AbortController();
  const messages = bench.client.channel('news').messages({ signal: abort.signal });
  const asked = messages.next();
  abort.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  const late = bench.client.channel('news').messages({ signal: abort.signal });
  await expect(late.next()).rejects.toThrow('enough');
});

it('throws rather than to hold more than its buffer may', async () => {
  const messages = bench.client.channel('news').messages({ buffer: 2 });
  await enter();
  tell(1, 2, 3);
  expect((await messages.next()).value).toMatchObject({ offset: 1 });
  expect((await messages.next()).value).toMatchObject({ offset: 2 });
  await expect(messages.next()).rejects.toMatchObject({ code: 'overrun' });
});
