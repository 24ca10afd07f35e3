/** The client library's socket over HTTP, against a server whose every answer is the test's. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { readFrame } from '../../client/sdk/connection/frame.ts';
import { joinAck, message, publishAck } from '../../client/sdk/testing/bench.ts';
import { FakeApi } from '../support/fake-api.ts';
import { HttpSocket } from '../../client/sdk/fallback/http-socket.ts';

const STREAM = 'channels/news/stream';
const MESSAGES = 'channels/news/messages';

let api: FakeApi;
let url: URL;
let socket: HttpSocket;
let frames: unknown[];
let heard: () => void;
let closed: Promise<{ readonly code: number; readonly reason: string }>;

beforeEach(async () => {
  api = new FakeApi();
  url = await api.listen();
  frames = [];
});

afterEach(async () => {
  socket.close();
  await api.close();
});

function dial(token?: string): void {
  socket = new HttpSocket({ url, token: () => token });
  socket.addEventListener('message', ({ data }) => {
    frames.push(readFrame(data));
    heard();
  });
  closed = new Promise((resolve) => socket.addEventListener('close', resolve));
}

/** Resolves with all frames once there are so many. */
function framesUpTo(count: number): Promise<unknown[]> {
  return new Promise((resolve) => {
    heard = () => {
      if (frames.length >= count) resolve(frames);
    };
    heard();
  });
}

const send = (event: string, id: number, data: object = {}): void => socket.send(JSON.stringify({ event, id, data }));
const say = (stream: ServerResponse, event: string, data: object): boolean => {
  return stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
};
const problem = (status: number, code: string): object => ({ type: 'about:blank', status, code, detail: 'Not now.' });

/** Welcomed, and in the channel `news` at that offset by the request 1. */
async function join(offset = 0): Promise<ServerResponse> {
  dial();
  await framesUpTo(1);
  const opened = api.stream(STREAM);
  send('join', 1, { channel: 'news' });
  const stream = await opened;
  say(stream, 'welcome', { ...joinAck(offset), user: { id: 'u1' }, heartbeat: api.heartbeat });
  await framesUpTo(2);
  return stream;
}

it('is welcomed as whoever its secret or its token says, never both', async () => {
  url.search = '?name=Ann&client=secret';
  dial();
  expect(await framesUpTo(1)).toEqual([
    {
      event: 'welcome',
      data: expect.objectContaining({ user: { id: 'u1' }, limits: { payload: 65_536, channels: 5 } }),
    },
  ]);
  expect(api.asked[0]).toMatchObject({ query: { name: 'Ann', client: 'secret' }, authorization: undefined });
  socket.close();
  dial('abc');
  await framesUpTo(2);
  expect(api.asked[1]).toMatchObject({ query: {}, authorization: 'Bearer abc' });
});

it('answers a join with the place where the stream begins, and then tells what it tells', async () => {
  const stream = await join(4);
  expect(frames[1]).toEqual({ event: 'ack', id: 1, data: joinAck(4) });
  stream.write(': beat\n\n');
  say(stream, 'gap', { channel: 'news', from: 5, to: 6 });
  say(stream, 'message', message(7));
  say(stream, 'presence', { channel: 'news', joined: { id: 'u2' } });
  say(stream, 'goodbye', { after: 5, reason: 'restarting' });
  expect((await framesUpTo(6)).slice(2)).toEqual([
    { event: 'gap', data: { channel: 'news', from: 5, to: 6 } },
    { event: 'message', data: message(7) },
    { event: 'presence', data: { channel: 'news', joined: { id: 'u2' } } },
    { event: 'goodbye', data: { after: 5, reason: 'restarting' } },
  ]);
});

it('asks for what comes after a position, or for the newest messages', async () => {
  await join();
  const again = api.stream(STREAM);
  send('join', 2, { channel: 'news', since: { epoch: 'e1', offset: 4 } });
  await again;
  const newest = api.stream(STREAM);
  send('join', 3, { channel: 'news', since: { last: 20 } });
  await newest;
  expect(api.requests(STREAM).map(({ query }) => query)).toEqual([{}, { since: 'e1:4' }, { last: '20' }]);
});

it('publishes in order, one after the other, and answers each', async () => {
  dial();
  await framesUpTo(1);
  const arrived = api.arrival(MESSAGES);
  const held = new Promise<ServerResponse>((resolve) => api.on(MESSAGES, resolve));
  send('message', 1, { channel: 'news', text: 'a', key: 'k1' });
  send('message', 2, { channel: 'news', text: 'b', key: 'k2' });
  send('message', 3, { channel: 'news', text: 'c', key: 'k3' });
  await arrived;
  const first = await held;
  expect(api.requests(MESSAGES)).toHaveLength(1);
  api.json(MESSAGES, 503, problem(503, 'unavailable'), { 'Retry-After': '1' });
  api.json(MESSAGES, 200, publishAck(2, true));
  first.writeHead(201).end(JSON.stringify(publishAck(1)));
  expect((await framesUpTo(4)).slice(1)).toEqual([
    { event: 'ack', id: 1, data: publishAck(1) },
    { event: 'error', id: 2, data: { code: 'unavailable', message: 'Not now.', temporary: true, retryAfter: 1_000 } },
    { event: 'ack', id: 3, data: publishAck(2, true) },
  ]);
  expect(api.requests(MESSAGES).map(({ body }) => body)).toEqual([
    { text: 'a', key: 'k1' },
    { text: 'b', key: 'k2' },
    { text: 'c', key: 'k3' },
  ]);
});

it('asks for history and presence', async () => {
  dial();
  await framesUpTo(1);
  api.json(MESSAGES, 200, { messages: [] });
  send('history', 1, { channel: 'news', before: 9, limit: 2 });
  await framesUpTo(2);
  api.json('channels/news/presence', 403, problem(403, 'forbidden'));
  send('presence', 2, { channel: 'news' });
  expect((await framesUpTo(3)).slice(1)).toEqual([
    { event: 'ack', id: 1, data: { messages: [] } },
    { event: 'error', id: 2, data: { code: 'forbidden', message: 'Not now.', temporary: false } },
  ]);
  expect(api.requests(MESSAGES)[0]).toMatchObject({ method: 'GET', query: { before: '9', limit: '2' } });
});

it('lets a channel go when it leaves, also one that it is not in yet', async () => {
  const stream = await join();
  send('leave', 2, { channel: 'news' });
  await once(stream, 'close');
  send('join', 3, { channel: 'news' });
  send('leave', 4, { channel: 'news' });
  expect((await framesUpTo(5)).slice(2)).toEqual([
    { event: 'ack', id: 2 },
    { event: 'ack', id: 4 },
    { event: 'error', id: 3, data: expect.objectContaining({ code: 'not_joined' }) },
  ]);
});

it('refuses the join that the server refuses, and the one of a sixth channel', async () => {
  dial();
  await framesUpTo(1);
  api.json(STREAM, 403, problem(403, 'forbidden'));
  send('join', 1, { channel: 'news' });
  expect((await framesUpTo(2))[1]).toMatchObject({ event: 'error', id: 1, data: { code: 'forbidden' } });
  for (const id of [2, 3, 4, 5, 6, 7]) send('join', id, { channel: `c${id}` });
  expect((await framesUpTo(3))[2]).toMatchObject({ event: 'error', id: 7, data: { code: 'channel_limit' } });
});

it('gives a sign of life as long as the server does', async () => {
  dial();
  await framesUpTo(1);
  send('ping', 1);
  expect((await framesUpTo(2))[1]).toEqual({ event: 'pong', data: { at: expect.any(Number) } });
});

it.each<[string, (stream: ServerResponse) => unknown]>([
  ['ends', (stream) => stream.end()],
  ['breaks', (stream) => stream.destroy()],
])('breaks when a stream %s', async (_how, end) => {
  end(await join());
  expect(await closed).toEqual({ code: 1006, reason: '' });
});

it('is closed as the last event of a stream says', async () => {
  say(await join(), 'close', { code: 4501, reason: 'removed by an operator' });
  expect(await closed).toEqual({ code: 4501, reason: 'removed by an operator' });
});

it('breaks when a stream is silent for longer than the heartbeat allows', async () => {
  api.heartbeat = { interval: 20, timeout: 20 };
  await join();
  expect(await closed).toMatchObject({ code: 1006 });
});

it('breaks when the answer to a publication does not come, or comes from somebody else', async () => {
  dial();
  await framesUpTo(1);
  api.on(MESSAGES, (response) => response.writeHead(502).end('<html>'));
  send('message', 1, { channel: 'news', text: 'a', key: 'k1' });
  expect(await closed).toMatchObject({ code: 1006 });
  dial();
  await framesUpTo(2);
  api.on(MESSAGES, (response) => response.destroy());
  send('message', 1, { channel: 'news', text: 'a', key: 'k1' });
  expect(await closed).toMatchObject({ code: 1006 });
});

it.each([
  ['message', MESSAGES],
  ['history', MESSAGES],
  ['join', STREAM],
  ['ping', 'welcome'],
])('ends as a line does whose token has expired, when that is the answer to a %s', async (event, path) => {
  dial('abc');
  await framesUpTo(1);
  api.json(path, 401, problem(401, 'unauthorized'));
  send(event, 1, { channel: 'news' });
  expect(await closed).toEqual({ code: 4002, reason: 'Not now.' });
  expect(frames).toHaveLength(1);
});

it.each([
  [401, 'unauthorized'],
  [403, 'forbidden'],
])('is told to stay away by %i', async (status, code) => {
  api.json('welcome', status, problem(status, code));
  dial();
  expect(await closed).toEqual({ code: 4500, reason: 'Not now.' });
  expect(frames).toMatchObject([{ event: 'error', data: { code } }]);
});

it('is told when to come back', async () => {
  api.json('welcome', 503, problem(503, 'unavailable'), { 'Retry-After': '7' });
  dial();
  expect(await closed).toMatchObject({ code: 1006 });
  expect(frames).toEqual([{ event: 'goodbye', data: { after: 7_000, reason: 'Not now.' } }]);
});

it('is no line where something else answers', async () => {
  api.on('welcome', (response) => response.end('<html>'));
  dial();
  expect(await closed).toMatchObject({ code: 1006 });
  expect(frames).toEqual([]);
});

it('ends everything that is under way when it is closed, and tells nothing more', async () => {
  const stream = await join();
  const ended = once(stream, 'close');
  socket.close();
  await ended;
  expect(frames).toHaveLength(2);
});
