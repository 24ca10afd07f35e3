/** The client library in a network that lets no WebSocket through, and lets them through again: nothing is lost or doubled. */
import { WebSocket } from 'ws';
import { Belfry } from '../../client/sdk/index.ts';
import type { BelfryOptions, MessageData, PublishAck, State } from '../../client/sdk/index.ts';
import { Detour } from '../../client/sdk/fallback/detour.ts';
import { HttpSocket } from '../../client/sdk/fallback/http-socket.ts';
import { CompanyProxy } from '../support/company-proxy.ts';
import { startBelfry } from '../support/in-process.ts';

const { jest } = import.meta;

/** What a browser tells of its network. */
const network = new EventTarget();
const clients: Belfry[] = [];
let proxy: CompanyProxy;
let url: string;

beforeAll(() => {
  Object.defineProperty(globalThis, 'addEventListener', {
    value: network.addEventListener.bind(network),
    configurable: true,
  });
});

beforeEach(async () => {
  proxy = await CompanyProxy.start((await startBelfry()).port);
  url = `ws://${proxy.host}/ws`;
  // Comes back at once: this is about the ways and not about the waits.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  for (const each of clients.splice(0)) each.close();
  proxy.close();
  jest.restoreAllMocks();
});

/** With what speaks HTTP at hand, where `httpFallback()` loads it. */
function client(options: BelfryOptions = {}): Belfry {
  const made = new Belfry(url, {
    WebSocket,
    fallback: (websocket) => new Detour(websocket, () => Promise.resolve((address) => new HttpSocket(address))),
    ...options,
  });
  clients.push(made);
  return made;
}

/** Resolves when the client is connected in that way. */
function via(belfry: Belfry, way: 'websocket' | 'http'): Promise<void> {
  return new Promise((resolve) => {
    const look = (state: State): void => {
      if (state.kind === 'connected' && state.via === way) resolve();
    };
    look(belfry.state);
    belfry.on('state', look);
  });
}

/** Resolves with the first messages that somebody hears. */
async function hear(listener: Belfry, count: number): Promise<MessageData[]> {
  const heard: MessageData[] = [];
  for await (const message of listener.channel('news').messages()) if (heard.push(message) === count) break;
  return heard;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_each, n) => n + 1);

function publish(author: Belfry, from: number, to: number): Promise<PublishAck[]> {
  const news = author.channel('news');
  return Promise.all(
    numbers(to)
      .slice(from)
      .map((n) => news.publish({ text: String(n) })),
  );
}

it('publishes, hears, and asks for the past over HTTP', async () => {
  const belfry = client({ name: 'Ann', client: 'a'.repeat(32) });
  const heard = hear(belfry, 3);
  await belfry.channel('news').join();
  expect(belfry.state).toEqual({ kind: 'connected', via: 'http' });
  const acks = await publish(belfry, 0, 3);
  expect(acks.map(({ offset }) => offset)).toEqual([1, 2, 3]);
  expect((await heard).map(({ text, name, from }) => [text, name, from])).toEqual(
    numbers(3).map((n) => [String(n), 'Ann', belfry.user?.id]),
  );
  const { messages } = await belfry.channel('news').history({ after: 1 });
  expect(messages.map(({ offset }) => offset)).toEqual([2, 3]);
  const refused = belfry.channel('news').publish({ text: 'x'.repeat(5000) });
  await expect(refused).rejects.toMatchObject({ code: 'invalid', details: [{ property: 'text' }] });
});

it('is the same user over HTTP as over a WebSocket', async () => {
  const belfry = client();
  belfry.connect();
  await via(belfry, 'http');
  const { user } = belfry;
  proxy.letsWebSocketsThrough = true;
  network.dispatchEvent(new Event('online'));
  await via(belfry, 'websocket');
  expect(belfry.user).toEqual(user);
});

it('begins where an earlier position says, and with the newest messages', async () => {
  proxy.letsWebSocketsThrough = true;
  const [first] = await publish(client(), 0, 10);
  proxy.letsWebSocketsThrough = false;
  const epoch = first?.epoch ?? '';
  const since = client().channel('news');
  expect(await since.join({ since: { epoch, offset: 8 } })).toMatchObject({ offset: 8, recovered: true });
  const last = client().channel('news');
  expect(await last.join({ last: 4 })).toMatchObject({ offset: 6 });
});

it('loses, doubles and reorders nothing while it goes there and back, and every connection breaks in between', async () => {
  const [author, listener] = [client(), client()];
  const heard = hear(listener, 600);
  const gap = jest.fn();
  listener.channel('news').on('gap', gap);
  await listener.channel('news').join();
  const acks: PublishAck[] = [];
  for (let round = 0; round < 6; round += 1) {
    const isOpen = round % 2 === 1;
    proxy.letsWebSocketsThrough = isOpen;
    const kept = publish(author, round * 100, (round + 1) * 100);
    if (isOpen) network.dispatchEvent(new Event('online'));
    else proxy.cut();
    acks.push(...(await kept));
    await Promise.all([author, listener].map((each) => via(each, isOpen ? 'websocket' : 'http')));
  }
  expect(acks.map(({ offset }) => offset)).toEqual(numbers(600));
  expect((await heard).map(({ offset, text }) => [offset, text])).toEqual(numbers(600).map((n) => [n, String(n)]));
  expect(gap).not.toHaveBeenCalled();
});

it('goes on where it was when the streams are cut again and again', async () => {
  const [author, listener] = [client(), client()];
  const heard = hear(listener, 300);
  await listener.channel('news').join();
  const scissors = setInterval(() => proxy.cut(), 70);
  const acks = await publish(author, 0, 250);
  clearInterval(scissors);
  acks.push(...(await publish(author, 250, 300)));
  expect(acks.map(({ offset }) => offset)).toEqual(numbers(300));
  expect((await heard).map(({ offset, text }) => [offset, text])).toEqual(numbers(300).map((n) => [n, String(n)]));
});
