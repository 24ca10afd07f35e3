/** Who was away gets exactly what it missed, in order, as far back as history is kept. */
import { Client } from '../support/client.ts';
import type { Json } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';

async function publish(client: Client, count: number, channel = 'news'): Promise<Json['data']> {
  let ack: Json | undefined;
  for (let i = 0; i < count; i += 1) ack = await client.ask('message', { channel, text: `message ${i}` });
  return ack?.data;
}

async function offsets(client: Client, count: number): Promise<unknown[]> {
  const heard = [];
  while (heard.length < count) heard.push((await client.event('message')).data?.['offset']);
  return heard;
}

function offsetsOf(answer: Json['data']): number[] {
  const messages = (answer?.['messages'] ?? []) as Array<{ offset: number }>;
  return messages.map(({ offset }) => offset);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_each, i) => from + i);

describe('a client that comes back', () => {
  it('with the newest message has missed nothing', async () => {
    const { wsUrl } = await startBelfry();
    const author = await Client.welcomed(`${wsUrl}/ws`);
    const newest = await publish(author, 3);
    const reader = await Client.welcomed(`${wsUrl}/ws`);
    const since = { epoch: newest?.['epoch'], offset: 3 };
    expect((await reader.ask('join', { channel: 'news', since })).data).toMatchObject({ offset: 3, recovered: true });
    await publish(author, 1);
    expect(await offsets(reader, 1)).toEqual([4]);
  });

  it('gets everything that it missed, then what is said now', async () => {
    const { wsUrl } = await startBelfry();
    const author = await Client.welcomed(`${wsUrl}/ws`);
    const ack = await publish(author, 1500);
    const reader = await Client.welcomed(`${wsUrl}/ws`);
    const since = { epoch: ack?.['epoch'], offset: 10 };
    expect((await reader.ask('join', { channel: 'news', since })).data).toMatchObject({
      offset: 10,
      recovered: true,
      first: 1,
    });
    await publish(author, 5);
    expect(await offsets(reader, 1495)).toEqual(range(11, 1505));
  });

  it('after a restart of the server gets everything too, under the same epoch', async () => {
    const first = await startBelfry();
    const ack = await publish(await Client.welcomed(`${first.wsUrl}/ws`), 20);
    const { dataDir } = first;
    await first.app.close();
    const second = await startBelfry({ dataDir });
    const reader = await Client.welcomed(`${second.wsUrl}/ws`);
    const since = { epoch: ack?.['epoch'], offset: 5 };
    expect((await reader.ask('join', { channel: 'news', since })).data).toMatchObject({
      recovered: true,
      epoch: ack?.['epoch'],
    });
    expect(await offsets(reader, 15)).toEqual(range(6, 20));
  });

  it('is told of the gap when history no longer reaches back, and gets all that is kept', async () => {
    const { wsUrl } = await startBelfry({ historySize: 10 });
    const author = await Client.welcomed(`${wsUrl}/ws`);
    const ack = await publish(author, 100);
    const reader = await Client.welcomed(`${wsUrl}/ws`);
    const since = { epoch: ack?.['epoch'], offset: 5 };
    let first = 1;
    // Trimming runs in the background.
    while (first === 1) first = Number((await reader.ask('history', { channel: 'news' })).data?.['first']);
    const answer = (await reader.ask('join', { channel: 'news', since })).data;
    expect(answer).toMatchObject({ offset: 5, recovered: false });
    const gap = await reader.json();
    expect(gap).toMatchObject({ event: 'gap', data: { channel: 'news', from: 6 } });
    const to = Number(gap.data?.['to']);
    expect(await offsets(reader, 100 - to)).toEqual(range(to + 1, 100));
  });

  it.each([{ epoch: 'another' }, { offset: 99 }])(
    'starts at the head when nothing can be said of its %j',
    async (change) => {
      const { wsUrl } = await startBelfry();
      const author = await Client.welcomed(`${wsUrl}/ws`);
      const ack = await publish(author, 3);
      const reader = await Client.welcomed(`${wsUrl}/ws`);
      const since = { epoch: ack?.['epoch'], offset: 1, ...change };
      const answer = (await reader.ask('join', { channel: 'news', since })).data;
      expect(answer).toMatchObject({ recovered: false, offset: 3, first: 1, epoch: ack?.['epoch'] });
      await publish(author, 1);
      expect(await offsets(reader, 1)).toEqual([4]);
    },
  );

  it.each([{ since: { last: 2 } }, { last: 2 }])('may ask for the newest messages with %j', async (how) => {
    const { wsUrl } = await startBelfry();
    await publish(await Client.welcomed(`${wsUrl}/ws`), 5);
    const reader = await Client.welcomed(`${wsUrl}/ws`);
    expect((await reader.ask('join', { channel: 'news', ...how })).data).toMatchObject({ offset: 3, recovered: false });
    expect(await offsets(reader, 2)).toEqual([4, 5]);
  });

  it('and sends again what was not answered is not heard twice, also after a restart', async () => {
    const first = await startBelfry();
    const url = '/ws?client=0123456789abcdef';
    const message = { channel: 'news', text: 'once', key: 'k' };
    const { data } = await (await Client.welcomed(first.wsUrl + url)).ask('message', message);
    await first.app.close();
    const second = await startBelfry({ dataDir: first.dataDir });
    const again = await Client.welcomed(second.wsUrl + url);
    expect((await again.ask('message', message)).data).toEqual({ ...data, duplicate: true });
    const other = await Client.welcomed(`${second.wsUrl}/ws?client=another-0123456789`);
    expect((await other.ask('message', message)).data).toMatchObject({ offset: 2, duplicate: false });
    expect((await other.ask('history', { channel: 'news' })).data?.['messages']).toHaveLength(2);
  });
});

describe('a slow client', () => {
  it('costs no more than HIGH_WATER, and gets everything when it reads on', async () => {
    const { wsUrl } = await startBelfry({ highWater: 16 * 1024 });
    const reader = await Client.joined(`${wsUrl}/ws`, 'news');
    reader.socket.pause();
    const author = await Client.welcomed(`${wsUrl}/ws`);
    const text = 'x'.repeat(4000);
    for (let i = 0; i < 4000; i += 1) author.send({ event: 'message', data: { channel: 'news', text } });
    await author.ask('ping');
    reader.socket.resume();
    expect(await offsets(reader, 4000)).toEqual(range(1, 4000));
  });
});

describe('history', () => {
  it('has what the same client has published before it asked, without waiting for the answer', async () => {
    const { wsUrl } = await startBelfry();
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (let i = 0; i < 5; i += 1) client.send({ event: 'message', data: { channel: 'news', text: 'at once' } });
    expect((await client.ask('history', { channel: 'news' })).data?.['messages']).toHaveLength(5);
  });

  it('gives the newest messages, those before one, and those after one', async () => {
    const { wsUrl } = await startBelfry();
    const client = await Client.welcomed(`${wsUrl}/ws`);
    await publish(client, 20);
    const piece = async (request: object): Promise<unknown> => {
      const { data } = await client.ask('history', { channel: 'news', ...request });
      expect(data).toMatchObject({ channel: 'news', first: 1, last: 20, epoch: expect.any(String) });
      return offsetsOf(data);
    };
    expect(await piece({})).toEqual(range(1, 20));
    expect(await piece({ limit: 3 })).toEqual([18, 19, 20]);
    expect(await piece({ before: 18, limit: 3 })).toEqual([15, 16, 17]);
    expect(await piece({ before: 2, limit: 3 })).toEqual([1]);
    expect(await piece({ before: 1 })).toEqual([]);
    expect(await piece({ before: 999, limit: 1 })).toEqual([20]);
    expect(await piece({ after: 0, limit: 2 })).toEqual([1, 2]);
    expect(await piece({ after: 19 })).toEqual([20]);
    expect(await piece({ after: 20 })).toEqual([]);
  });

  it('of a channel in which nothing was said is empty', async () => {
    const { wsUrl } = await startBelfry();
    const client = await Client.welcomed(`${wsUrl}/ws`);
    expect((await client.ask('history', { channel: 'quiet' })).data).toMatchObject({ messages: [], first: 1, last: 0 });
  });

  it('fits into a bounded answer, the newest messages first of all', async () => {
    const { wsUrl } = await startBelfry();
    const client = await Client.welcomed(`${wsUrl}/ws`);
    const data = { pad: 'x'.repeat(60_000) };
    for (let i = 0; i < 40; i += 1) await client.ask('message', { channel: 'news', data });
    const { data: answer } = await client.ask('history', { channel: 'news', limit: 40 });
    const heard = offsetsOf(answer);
    expect(heard.length).toBeLessThan(20);
    expect(heard).toEqual(range(41 - heard.length, 40));
  });

  it.each([{ limit: 0 }, { limit: 501 }, { before: 0 }, { after: -1 }, { limit: 1.5 }])(
    'takes no %j',
    async (request) => {
      const { wsUrl } = await startBelfry();
      const client = await Client.welcomed(`${wsUrl}/ws`);
      expect((await client.ask('history', { channel: 'news', ...request })).data).toMatchObject({ code: 'invalid' });
    },
  );
});
