/** The client library against the real server: what it tells, and what it gets through. */
import { WebSocket } from 'ws';
import { Belfry } from '../../client/sdk/index.ts';
import type { BelfryOptions, MessageData } from '../../client/sdk/index.ts';
import { startBelfry } from '../support/in-process.ts';

const clients: Belfry[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function connect(url: string, options: BelfryOptions = {}): Belfry {
  const client = new Belfry(url, { WebSocket, ...options });
  clients.push(client);
  return client;
}

describe('the client library', () => {
  let url: string;

  beforeEach(async () => {
    url = `${(await startBelfry()).wsUrl}/ws`;
  });

  it('tells an author and a listener of a message, with the offset that the author was given', async () => {
    const [ann, ben] = [connect(url, { name: 'Ann' }), connect(url)];
    const views = [ann, ben].map((client) => {
      const messages = client.channel('news').messages();
      return messages.next();
    });
    await Promise.all([ann, ben].map(async (client) => client.channel('news').join()));
    const ack = await ann.channel('news').publish({ text: 'hello', data: { n: 1 } });
    expect(ack).toMatchObject({ channel: 'news', duplicate: false });
    for (const view of await Promise.all(views)) {
      expect(view.value).toMatchObject({ offset: ack.offset, at: ack.at, name: 'Ann', text: 'hello', data: { n: 1 } });
    }
    expect(ann.user).toMatchObject({ name: 'Ann' });
  });

  it('publishes without a join, in order, however many at once', async () => {
    const [ann, ben] = [connect(url), connect(url)];
    const heard: MessageData[] = [];
    const news = ben.channel('news');
    await news.join();
    const complete = new Promise<void>((resolve) => {
      news.on('message', (message) => heard.push(message) === 500 && resolve());
    });
    const texts = Array.from({ length: 500 }, (_each, n) => String(n));
    const acks = await Promise.all(texts.map(async (text) => ann.channel('news').publish({ text })));
    await complete;
    expect(heard.map(({ text }) => text)).toEqual(texts);
    expect(acks.map(({ offset }) => offset)).toEqual(heard.map(({ offset }) => offset));
    expect(ann.pending).toEqual([]);
  });

  it('rejects with what the server refuses', async () => {
    const news = connect(url).channel('news');
    await expect(news.publish({ text: '' })).rejects.toMatchObject({
      name: 'BelfryError',
      code: 'invalid',
      temporary: false,
      details: [{ property: 'text' }],
    });
    await expect(connect(url).channel('no spaces').join()).rejects.toMatchObject({ code: 'invalid' });
  });

  it('rejects what is larger than a frame may be without losing its connection over it', async () => {
    const client = connect(url);
    const states: string[] = [];
    client.on('state', ({ kind }) => states.push(kind));
    const data = { text: 'x'.repeat(70_000) };
    await expect(client.channel('news').publish({ data })).rejects.toMatchObject({ code: 'too_large' });
    expect(await client.channel('news').publish({ text: 'fits' })).toMatchObject({ offset: expect.any(Number) });
    expect(states).toEqual(['connecting', 'connected']);
  });

  it('hears nothing more after it left', async () => {
    const [ann, ben] = [connect(url), connect(url)];
    const heard: unknown[] = [];
    const news = ben.channel('news');
    news.on('message', (message) => heard.push(message));
    await news.join();
    news.leave();
    await ann.channel('news').publish({ text: 'hello' });
    await ben.channel('news').publish({ text: 'after' });
    expect(heard).toEqual([]);
  });
});
