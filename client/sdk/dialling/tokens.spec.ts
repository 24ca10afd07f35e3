import { Bench, publishAck } from '../testing/bench.ts';
import { settled } from '../testing/memory-outbox.ts';
import type { Token } from './tokens.ts';

const { jest } = import.meta;
let bench: Bench;
let given: number;
let errors: unknown[];

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  given = 0;
  errors = [];
});

afterEach(() => {
  bench.client.close();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const fresh = (): Promise<string> => Promise.resolve(`t${++given}`);

function start(token: Token): void {
  bench = new Bench({ token });
  bench.client.on('error', ({ code }) => errors.push(code));
  bench.client.connect();
}

/** The token of each dial so far. */
const dialled = (): unknown[] => bench.sockets.all.map(({ protocol }) => protocol);

async function advance(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
  await settled();
}

async function welcomed(expiresIn?: number): Promise<void> {
  await settled();
  const { socket } = bench;
  socket.onsent = ({ event }) => event === 'ping' && queueMicrotask(() => socket.receive('pong', { at: 0 }));
  socket.welcome(expiresIn === undefined ? {} : { expiresIn });
}

it('offers its token beside the subprotocol, and none when it is empty', async () => {
  start('abc.def');
  await settled();
  expect(dialled()).toEqual([['belfry.v1', 'bearer.abc.def']]);
  bench.client.close();
  start(() => '');
  await settled();
  expect(dialled()).toEqual(['belfry.v1']);
});

it('asks for another token for every dial', async () => {
  start(fresh);
  await welcomed();
  bench.socket.end();
  await advance(250);
  expect(dialled()).toEqual([
    ['belfry.v1', 'bearer.t1'],
    ['belfry.v1', 'bearer.t2'],
  ]);
});

it('says that no token could be got, waits, and asks again', async () => {
  start(() => (++given < 3 ? Promise.reject(new Error('the network is down')) : 'late'));
  await settled();
  expect(errors).toEqual(['token_failed']);
  expect(bench.client.state).toEqual({ kind: 'waiting', until: Date.now() + 250 });
  await advance(250);
  expect(bench.client.state).toEqual({ kind: 'waiting', until: Date.now() + 500 });
  await advance(500);
  expect(dialled()).toEqual([['belfry.v1', 'bearer.late']]);
});

it('waits ten seconds for a token at most, and never dials with one that came later', async () => {
  const answers: Array<(token: string) => void> = [];
  start(() => new Promise((resolve) => answers.push(resolve)));
  await advance(10_000);
  expect(bench.client.state.kind).toBe('waiting');
  await advance(250);
  answers[0]?.('late');
  await settled();
  expect(dialled()).toEqual([]);
  answers[1]?.('good');
  await settled();
  expect(dialled()).toEqual([['belfry.v1', 'bearer.good']]);
});

it('does not dial when it is disconnected while it waits for a token', async () => {
  start(fresh);
  bench.client.disconnect();
  await settled();
  expect(dialled()).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});

it.each([
  [3_600_000, 3_540_000],
  [100_000, 90_000],
  [20_000, 15_000],
  [4_000, 2_000],
])('renews a token that is good for %i ms after %i ms', async (life, after) => {
  start(fresh);
  await welcomed(life);
  await advance(after - 1);
  expect(bench.socket.requests('auth')).toEqual([]);
  await advance(1);
  expect(bench.socket.request('auth').data).toEqual({ token: 't2' });
  expect(bench.sockets.all).toHaveLength(1);
});

it('renews the renewed token, too, and knows who it is then', async () => {
  start(fresh);
  await welcomed(100_000);
  await advance(90_000);
  bench.socket.acknowledge('auth', { user: { id: 'ann' }, permissions: [], expiresIn: 50_000 });
  expect(bench.client.user).toEqual({ id: 'ann' });
  await advance(45_000);
  expect(bench.socket.request('auth').data).toEqual({ token: 't3' });
});

it('tries a renewal that failed again in what is left, and at no time faster than every second', async () => {
  start(() => (++given === 1 ? 't1' : Promise.reject(new Error('no'))));
  await welcomed(100_000);
  await advance(90_000);
  expect(errors).toEqual(['token_failed']);
  await advance(5_000);
  expect(given).toBe(3);
  for (let second = 0; second < 20; second += 1) await advance(1_000);
  expect(given).toBeLessThanOrEqual(24);
  bench.socket.end(4002);
  await advance(0);
  expect(jest.getTimerCount()).toBe(1);
});

it('tells of a renewal that is refused', async () => {
  start(fresh);
  await welcomed(10_000);
  await advance(5_000);
  bench.socket.refuse('auth', 'unauthorized');
  expect(errors).toEqual(['unauthorized']);
  expect(bench.client.state.kind).toBe('connected');
});

it('comes back with a fresh token when the old one has expired', async () => {
  start(fresh);
  await welcomed();
  bench.socket.end(4002);
  await advance(250);
  expect(dialled().at(-1)).toEqual(['belfry.v1', 'bearer.t2']);
});

it('never renews a string, and stops once the server refuses it', async () => {
  start('only');
  await welcomed(10_000);
  await advance(10_000);
  expect(bench.socket.requests('auth')).toEqual([]);
  bench.socket.end(4002);
  await advance(250);
  bench.socket.receive('error', { code: 'unauthorized', message: 'no', temporary: false });
  bench.socket.end(4500, 'unauthorized');
  await advance(600_000);
  expect(errors).toEqual(['unauthorized']);
  expect(dialled()).toHaveLength(2);
  expect(bench.client.state).toEqual({ kind: 'stopped', code: 4500, reason: 'unauthorized' });
});

const publish = (): Promise<unknown> =>
  bench.client
    .channel('news')
    .publish({ text: 'hi' })
    .catch((error) => error);

async function comeBackAs(id: string): Promise<void> {
  bench.socket.end();
  await advance(250);
  bench.socket.welcome({ user: { id } });
}

describe('a publication', () => {
  it('that was sent and not answered is sent again as the same user', async () => {
    start(fresh);
    await welcomed();
    const kept = publish();
    await comeBackAs('u1');
    bench.socket.acknowledge('message', publishAck(1));
    expect(await kept).toMatchObject({ offset: 1 });
  });

  it('that was sent and not answered is not sent again as another user: it could double', async () => {
    start(fresh);
    await welcomed();
    const lost = publish();
    await comeBackAs('ann');
    expect(await lost).toMatchObject({ code: 'other_user', temporary: false });
    expect(bench.socket.requests('message')).toEqual([]);
  });

  it('that was not sent yet goes out as whoever it is by then', async () => {
    start(fresh);
    const kept = publish();
    await welcomed();
    const { key } = bench.socket.request('message').data as { key: string };
    expect(key).toHaveLength(32);
    bench.socket.acknowledge('message', publishAck(1));
    expect(await kept).toMatchObject({ offset: 1 });
  });

  it('waits while a new token is on its way, since nobody knows yet who would be saying it', async () => {
    start(fresh);
    await welcomed(10_000);
    await advance(5_000);
    void publish();
    await settled();
    expect(bench.socket.requests('message')).toEqual([]);
    bench.socket.acknowledge('auth', { user: { id: 'ann' }, permissions: [] });
    expect(bench.socket.requests('message')).toHaveLength(1);
    bench.socket.end();
    await advance(250);
    bench.socket.welcome({ user: { id: 'ann' } });
    expect(bench.socket.requests('message')).toHaveLength(1);
  });
});
