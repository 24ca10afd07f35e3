import { Bench, publishAck } from '../testing/bench.ts';
import { FakeSocket } from '../testing/fake-socket.ts';
import { settled } from '../testing/memory-outbox.ts';
import { Detour } from './detour.ts';

const { jest } = import.meta;
const network = new EventTarget();
const navigator = { onLine: true };

class HttpFake extends FakeSocket {
  readonly via = 'http';
}

let bench: Bench;
let http: HttpFake[];
let loads: number;
let isLoadable: boolean;

beforeAll(() => {
  const addEventListener = network.addEventListener.bind(network);
  for (const [name, value] of Object.entries({ navigator, addEventListener })) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
});

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  http = [];
  loads = 0;
  navigator.onLine = true;
  isLoadable = true;
  bench = new Bench({
    fallback: (websocket) =>
      new Detour(websocket, () => {
        loads += 1;
        if (!isLoadable) return Promise.reject(new Error('no network'));
        return Promise.resolve(({ url }) => {
          const socket = new HttpFake(url.href, '');
          // So that a minute may pass without a sign of life being missed.
          socket.onsent = ({ event }) => event === 'ping' && queueMicrotask(() => socket.receive('pong', { at: 0 }));
          http.push(socket);
          return socket;
        });
      }),
  });
});

afterEach(() => {
  bench.client.close();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const dials = (): number => bench.sockets.all.length;

async function advance(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
  await settled();
}

/** Two WebSockets fail; the dial over HTTP is under way. */
async function detour(): Promise<HttpFake> {
  bench.client.connect();
  bench.socket.end();
  await advance(250);
  bench.socket.end();
  await advance(500);
  const socket = http.at(-1);
  if (!socket) throw new Error('It did not go over HTTP.');
  return socket;
}

it('dials WebSockets, and does not even load the other way', () => {
  bench.connect();
  expect(bench.client.state).toEqual({ kind: 'connected', via: 'websocket' });
  expect(loads).toBe(0);
});

it('goes over HTTP when two WebSockets in a row failed before they were welcomed', async () => {
  const socket = await detour();
  socket.welcome();
  expect(bench.client.state).toEqual({ kind: 'connected', via: 'http' });
  expect(dials()).toBe(2);
  expect(socket.url.searchParams.has('client')).toBe(true);
});

it('counts a WebSocket that opens and is never welcomed as one that failed', async () => {
  bench.client.connect();
  await advance(10_000);
  await advance(250);
  await advance(10_000);
  await advance(500);
  expect(http).toHaveLength(1);
});

it('does not blame WebSockets for a line that broke after it was welcomed', async () => {
  bench.connect();
  for (let n = 0; n < 4; n += 1) {
    bench.socket.end();
    await advance(20_000);
    bench.socket.welcome();
  }
  expect(http).toHaveLength(0);
});

it('does not blame WebSockets for what is given up by hand', async () => {
  for (let n = 0; n < 4; n += 1) {
    bench.client.connect();
    bench.client.disconnect();
  }
  bench.client.connect();
  await settled();
  expect(http).toHaveLength(0);
});

it('does not blame WebSockets while the device has no network', async () => {
  navigator.onLine = false;
  bench.client.connect();
  for (let n = 0; n < 4; n += 1) {
    bench.socket.end();
    await advance(20_000);
  }
  expect(http).toHaveLength(0);
});

it('stops where the server says so, over either', async () => {
  bench.client.connect();
  bench.socket.end();
  await advance(250);
  bench.socket.end(4500, 'unauthorized');
  expect(bench.client.state.kind).toBe('stopped');
  (await detour()).end(4500, 'unauthorized');
  expect(bench.client.state.kind).toBe('stopped');
});

it('takes turns when HTTP fails, too: nobody knows what is to blame', async () => {
  (await detour()).end();
  await advance(1_000);
  expect([dials(), http.length]).toEqual([3, 1]);
  bench.socket.end();
  await advance(2_000);
  expect([dials(), http.length]).toEqual([3, 2]);
});

it('takes turns when the other way cannot be loaded', async () => {
  isLoadable = false;
  bench.client.connect();
  bench.socket.end();
  await advance(250);
  bench.socket.end();
  await advance(1_500);
  expect([loads, dials()]).toEqual([1, 3]);
});

it('stays on HTTP when that breaks', async () => {
  (await detour()).welcome();
  http[0]?.end();
  await advance(1_000);
  http[1]?.welcome();
  expect([dials(), http.length]).toEqual([2, 2]);
});

describe('on HTTP', () => {
  let socket: HttpFake;

  beforeEach(async () => {
    socket = await detour();
    socket.welcome();
  });

  it('tries a WebSocket after a minute, then ever more seldom, and stays where it is if that fails', async () => {
    const states = bench.states.length;
    let tries = 2;
    for (const wait of [60_000, 120_000, 240_000, 480_000, 600_000, 600_000]) {
      await advance(wait - 1);
      expect(dials()).toBe(tries);
      await advance(1);
      tries += 1;
      expect(dials()).toBe(tries);
      bench.socket.end();
    }
    expect(bench.states).toHaveLength(states);
  });

  it('gives a try up that is not welcomed within ten seconds', async () => {
    await advance(60_000);
    await advance(10_000);
    expect(bench.socket.ending).toBe('terminated');
  });

  it('changes over once a WebSocket is welcomed, goes on where it was and sends again what is not answered', async () => {
    const news = bench.client.channel('news');
    const joined = news.join();
    socket.acknowledge('join', { channel: 'news', epoch: 'e1', offset: 7, recovered: false, first: 1 });
    await joined;
    const kept = news.publish({ text: 'hi' }, { key: 'k1' });
    await advance(60_000);
    bench.socket.welcome();
    await settled();
    expect(bench.client.state).toEqual({ kind: 'connected', via: 'websocket' });
    expect(socket.ending).toBe('closed');
    expect(bench.socket.request('join').data).toEqual({ channel: 'news', since: { epoch: 'e1', offset: 7 } });
    expect(bench.socket.request('message').data).toEqual(socket.request('message').data);
    bench.socket.acknowledge('message', publishAck(8));
    expect(await kept).toMatchObject({ offset: 8 });
    expect(bench.socket.ending).toBeUndefined();
  });

  it('tries at once when the network changes, and begins with short waits again', async () => {
    await advance(60_000);
    bench.socket.end();
    network.dispatchEvent(new Event('online'));
    await settled();
    expect(dials()).toBe(4);
    bench.socket.end();
    await advance(60_000);
    expect(dials()).toBe(5);
  });

  it.each([
    ['disconnected', () => bench.client.disconnect()],
    ['closed', () => bench.client.close()],
  ])('leaves neither a try nor a timer behind once it is %s', async (_how, end) => {
    await advance(60_000);
    end();
    expect(bench.socket.ending).toBe('closed');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps no WebSocket that gets through when nobody wants a line any more', async () => {
    await advance(60_000);
    bench.client.on('state', ({ kind }) => kind === 'connecting' && bench.client.disconnect());
    bench.socket.welcome();
    await settled();
    expect(bench.client.state.kind).toBe('idle');
    expect(bench.socket.ending).toBe('closed');
  });
});
