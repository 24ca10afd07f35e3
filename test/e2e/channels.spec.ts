/** The channels of `/ws`, as docs/protocol.md describes them. */
import { Client } from '../support/client.ts';
import type { Json } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';

describe('channels', () => {
  let url: string;

  beforeEach(async () => {
    url = `${(await startBelfry({ maxChannels: 3 })).wsUrl}/ws`;
  });

  it('welcome a client with who it is, when it is pinged and what it may do', async () => {
    const client = await Client.open(`${url}?name=${encodeURIComponent('安娜')}`);
    expect(await client.json()).toEqual({
      event: 'welcome',
      data: {
        connection: expect.stringMatching(/^[0-9a-f-]{36}$/),
        user: { id: expect.stringMatching(/^guest-/), name: '安娜' },
        heartbeat: { interval: 25_000, timeout: 10_000 },
        limits: { payload: 65_536, channels: 3 },
      },
    });
  });

  it('close with 4503 who offers only subprotocols that are not ours', async () => {
    const [client, listener] = [await Client.open(url, ['graphql-ws']), await Client.joined(url, 'news')];
    client.send({ event: 'message', data: { channel: 'news', text: 'after the close' } });
    expect((await client.closed).code).toBe(4503);
    await listener.ask('ping');
    expect(listener.waiting).toEqual([]);
  });

  it('send a message to everyone in them, its author included, and to nobody else', async () => {
    const [ann, ben] = [await Client.joined(`${url}?name=Ann`, 'news'), await Client.joined(url, 'news')];
    const other = await Client.joined(url, 'sports');
    const { id, data } = await ann.ask('message', { channel: 'news', text: 'hello', data: { n: 1 }, key: 'k1' }, 'm');
    expect(id).toBe('m');
    expect(data).toEqual({
      channel: 'news',
      epoch: expect.any(String),
      offset: 1,
      at: expect.any(Number),
      duplicate: false,
    });
    const heard = (await ben.event('message')).data;
    expect(heard).toEqual({
      channel: 'news',
      offset: 1,
      from: expect.stringMatching(/^guest-/),
      name: 'Ann',
      text: 'hello',
      data: { n: 1 },
      key: 'k1',
      at: data?.['at'],
    });
    await other.ask('ping');
    expect(other.waiting).toEqual([]);
  });

  it('let nobody pass for another author: what a client says of it is not believed, and goes nowhere', async () => {
    const [ann, ben] = [await Client.welcomed(`${url}?name=Ann`), await Client.joined(url, 'news')];
    const forged = { from: 'guest-victim', name: 'Admin', offset: 99, at: 1, epoch: 'e', evil: { x: 1 } };
    await ann.ask('message', { channel: 'news', text: 'hello', ...forged });
    const { data } = await ben.event('message');
    expect(Object.keys(data ?? {}).toSorted()).toEqual(['at', 'channel', 'from', 'name', 'offset', 'text']);
    expect(data).toMatchObject({ name: 'Ann', offset: 1 });
    expect(data?.['from']).not.toBe('guest-victim');
  });

  it('keep the data of a message as it came', async () => {
    const client = await Client.joined(url, 'news');
    const data: unknown = JSON.parse(
      '{"hasOwnProperty":1,"toString":2,"then":3,"deep":[{"a":[null,1.5,"x"]}],"":true}',
    );
    await client.ask('message', { channel: 'news', data });
    const { data: answer } = await client.ask('history', { channel: 'news' });
    expect(answer).toMatchObject({ messages: [{ data }] });
    expect(JSON.stringify(answer)).toContain(JSON.stringify(data));
  });

  it('take no null for what a message has not: two without a key would be one', async () => {
    const client = await Client.welcomed(url);
    for (const nothing of [{ text: 'hi', key: null }, { text: 'hi', data: null }, { data: null }]) {
      const answer = await client.ask('message', { channel: 'news', ...nothing });
      expect(answer).toMatchObject({ event: 'error', data: { code: 'invalid' } });
    }
    expect(await client.ask('history', { channel: 'news', after: null })).toMatchObject({ data: { code: 'invalid' } });
    expect(await client.ask('join', { channel: 'news', since: null })).toMatchObject({ event: 'ack' });
  });

  it('take no data that is nested too deeply', async () => {
    const client = await Client.welcomed(url);
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    client.send(`{"event":"message","id":1,"data":{"channel":"news","data":${deep}}}`);
    expect(await client.json()).toMatchObject({ event: 'error', id: 1, data: { code: 'invalid' } });
  });

  it('let an author hear its own message', async () => {
    const ann = await Client.joined(url, 'news');
    ann.send({ event: 'message', id: 1, data: { channel: 'news', text: 'hello' } });
    const frames = await ann.jsons(2);
    const ack = frames.find(({ event }) => event === 'ack');
    const message = frames.find(({ event }) => event === 'message');
    expect(message?.data?.['offset']).toBe(ack?.data?.['offset']);
  });

  it('number their messages from 1, without gaps, in the order of the log, for every subscriber', async () => {
    const authors = await Promise.all([1, 2, 3].map(async () => Client.joined(url, 'news')));
    authors.forEach((author, n) => {
      for (let i = 0; i < 50; i += 1) author.send({ event: 'message', data: { channel: 'news', text: `${n}-${i}` } });
    });
    const views = await Promise.all(authors.map(async (author) => messages(author, 150)));
    for (const view of views) {
      expect(view.map(({ data }) => data?.['offset'])).toEqual(Array.from({ length: 150 }, (_each, i) => i + 1));
      expect(view).toEqual(views[0]);
    }
  });

  it('may be published to without a join', async () => {
    const ben = await Client.joined(url, 'news');
    const ann = await Client.welcomed(url);
    await ann.ask('message', { channel: 'news', text: 'hello' });
    expect((await ben.event('message')).data).toMatchObject({ text: 'hello' });
    expect(ann.waiting).toEqual([]);
  });

  it('append a message once that is sent again under the same key, and give the first answer again', async () => {
    const [ann, ben] = [await Client.joined(url, 'news'), await Client.joined(url, 'news')];
    const listener = await Client.joined(url, 'news');
    const first = await ann.ask('message', { channel: 'news', text: 'hello', key: 'k' });
    const again = await ann.ask('message', { channel: 'news', text: 'hello', key: 'k' });
    expect(again.data).toEqual({ ...first.data, duplicate: true });
    expect((await ben.ask('message', { channel: 'news', text: 'mine', key: 'k' })).data).toMatchObject({
      duplicate: false,
    });
    await ann.ask('message', { channel: 'news', text: 'next' });
    expect((await messages(listener, 3)).map(({ data }) => data?.['text'])).toEqual(['hello', 'mine', 'next']);
  });

  it('answer a join with where it starts, before anything of the channel', async () => {
    const ann = await Client.joined(url, 'news');
    for (let i = 0; i < 3; i += 1) await ann.ask('message', { channel: 'news', text: 'earlier' });
    const ben = await Client.welcomed(url);
    ben.send({ event: 'join', id: 1, data: { channel: 'news' } });
    ben.send({ event: 'message', data: { channel: 'news', text: 'now' } });
    const [ack, message] = await ben.jsons(2);
    expect(ack).toMatchObject({
      event: 'ack',
      id: 1,
      data: { channel: 'news', offset: 3, first: 1, recovered: false },
    });
    expect(message).toMatchObject({ event: 'message', data: { offset: 4 } });
  });

  it('end with leave, and with the connection', async () => {
    const [ann, ben] = [await Client.joined(url, 'news'), await Client.joined(url, 'news')];
    expect(await ben.ask('leave', { channel: 'news' }, 1)).toEqual({ event: 'ack', id: 1 });
    expect((await ben.ask('leave', { channel: 'news' })).data).toMatchObject({ code: 'not_joined' });
    await ann.ask('message', { channel: 'news', text: 'hello' });
    await ben.ask('ping');
    expect(ben.waiting).toEqual([]);
  });

  it('are as many for one connection as MAX_CHANNELS says', async () => {
    const client = await Client.welcomed(url);
    for (const channel of ['a', 'b', 'c', 'a']) expect((await client.ask('join', { channel })).event).toBe('ack');
    expect((await client.ask('join', { channel: 'd' })).data).toMatchObject({ code: 'channel_limit' });
    await client.ask('leave', { channel: 'b' });
    expect((await client.ask('join', { channel: 'd' })).event).toBe('ack');
  });

  it.each(['', 'with space', 'ü', 'x'.repeat(129), 7, null])('may not be named %j', async (channel) => {
    const client = await Client.welcomed(url);
    expect((await client.ask('join', { channel })).data).toMatchObject({
      code: 'invalid',
      details: [{ property: 'channel' }],
    });
  });

  it.each([
    ['neither text nor data', {}, 'text'],
    ['an empty text', { text: '' }, 'text'],
    ['a text of 4097 characters', { text: 'x'.repeat(4097) }, 'text'],
    ['data that is an array', { data: [] }, 'data'],
    ['an empty key', { text: 'a', key: '' }, 'key'],
  ])('take no message with %s', async (_name, content, property) => {
    const client = await Client.joined(url, 'news');
    const { data } = await client.ask('message', { channel: 'news', ...content });
    expect(data).toMatchObject({ code: 'invalid', details: [{ property }] });
    await client.ask('ping');
    expect(client.waiting).toEqual([]);
  });

  it('answer ping by pong with the time of the server', async () => {
    const client = await Client.welcomed(url);
    expect(await client.ask('ping', undefined, 'p')).toEqual({
      event: 'pong',
      id: 'p',
      data: { at: expect.any(Number) },
    });
  });
});

async function messages(client: Client, count: number): Promise<Json[]> {
  const heard: Json[] = [];
  while (heard.length < count) heard.push(await client.event('message'));
  return heard;
}
