import type { SocketClass } from './socket.ts';
import { Bench } from '../testing/bench.ts';

const { jest } = import.meta;
let bench: Bench;

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  bench = new Bench({ name: 'Ann' });
});

afterEach(() => {
  bench.client.close();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const dials = (): number => bench.sockets.all.length;
const waiting = (wait: number) => ({ kind: 'waiting', until: Date.now() + wait });

it('offers the subprotocol, its name and a secret of 32 hex digits that stays the same', () => {
  bench.connect();
  bench.comeBack((ms) => jest.advanceTimersByTime(ms));
  const [one, two] = bench.sockets.all;
  expect(one?.protocol).toBe('belfry.v1');
  expect(one?.url.href).toMatch(/^wss:\/\/example\.org\/ws\?name=Ann&client=[0-9a-f]{32}$/);
  expect(two?.url.href).toBe(one?.url.href);
});

it('takes the secret that it is given', () => {
  const { client, sockets } = new Bench({ client: 'f'.repeat(32) });
  client.connect();
  expect(sockets.last.url.searchParams.get('client')).toBe('f'.repeat(32));
});

it('does not connect before anything needs it', () => {
  jest.advanceTimersByTime(60_000);
  expect(dials()).toBe(0);
  expect(bench.client.state.kind).toBe('idle');
});

it('is connected once it is welcomed, and knows then who it is', () => {
  const welcomed = jest.fn();
  bench.client.on('welcome', welcomed);
  bench.client.connect();
  expect(bench.states).toEqual(['connecting']);
  bench.socket.welcome();
  expect(bench.states).toEqual(['connecting', 'connected']);
  expect(bench.client.user).toEqual({ id: 'u1' });
  expect(welcomed).toHaveBeenCalledWith(expect.objectContaining({ connection: 'c1' }));
});

it('says until when it waits after the line broke, and then comes back', () => {
  bench.connect();
  bench.socket.end();
  expect(bench.client.state).toEqual(waiting(250));
  jest.advanceTimersByTime(250);
  expect(dials()).toBe(2);
});

it('waits longer after each failed attempt, even one that was let in for a moment', () => {
  bench.client.connect();
  for (const wait of [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    bench.socket.welcome();
    bench.socket.end(1011);
    expect(bench.client.state).toEqual(waiting(wait));
    jest.advanceTimersByTime(wait);
  }
});

it('begins with short waits again after a connection that lasted', () => {
  bench.connect();
  bench.socket.end();
  jest.advanceTimersByTime(250);
  bench.socket.welcome();
  jest.advanceTimersByTime(1_000);
  bench.socket.end();
  expect(bench.client.state).toEqual(waiting(250));
});

it.each([1000, 1001, 1006, 1011, 1012, 4000, 4499, 5000])('comes back after close code %i', (code) => {
  bench.connect();
  bench.socket.end(code);
  expect(bench.client.state.kind).toBe('waiting');
});

it.each([4500, 4502, 4999])('stays away after close code %i and says why', (code) => {
  bench.connect();
  bench.socket.end(code, 'too many malformed frames');
  jest.runAllTimers();
  expect(dials()).toBe(1);
  expect(bench.client.state).toEqual({ kind: 'stopped', code, reason: 'too many malformed frames' });
});

it('connects by hand after it was told to stay away', () => {
  bench.connect();
  bench.socket.end(4500);
  bench.client.connect();
  expect(dials()).toBe(2);
});

it('comes back exactly when the goodbye says, not at random', () => {
  const goodbye = jest.fn();
  bench.client.on('goodbye', goodbye);
  bench.connect();
  bench.socket.receive('goodbye', { after: 3_000, reason: 'restarting' });
  jest.advanceTimersByTime(1_000);
  bench.socket.end(1012);
  expect(bench.client.state).toEqual(waiting(2_000));
  expect(goodbye).toHaveBeenCalledWith({ after: 3_000, reason: 'restarting' });
});

it('waits at random again when the attempt after a goodbye fails', () => {
  bench.connect();
  bench.socket.receive('goodbye', { after: 3_000, reason: 'restarting' });
  bench.socket.end(1012);
  jest.advanceTimersByTime(3_000);
  bench.socket.end();
  expect(bench.client.state).toEqual(waiting(250));
});

it('tries anew when no welcome comes for ten seconds', () => {
  bench.client.connect();
  jest.advanceTimersByTime(10_000);
  expect(bench.client.state.kind).toBe('waiting');
  expect(bench.socket.ending).toBe('terminated');
});

it('gives a line up that is dead although nobody closed it', () => {
  bench.connect();
  const { socket } = bench;
  jest.advanceTimersByTime(25_000);
  expect(socket.request('ping')).toEqual({ event: 'ping' });
  jest.advanceTimersByTime(10_000);
  expect(bench.client.state.kind).toBe('waiting');
  expect(socket.ending).toBe('terminated');
});

it('hears nothing more from a socket that it let go', () => {
  const welcomed = jest.fn();
  bench.connect();
  const old = bench.socket;
  bench.client.rename('Ben');
  bench.client.on('welcome', welcomed);
  old.welcome();
  old.end(4500, 'an old story');
  expect(bench.client.state.kind).toBe('connecting');
  expect(bench.socket.url.searchParams.get('name')).toBe('Ben');
  expect(welcomed).not.toHaveBeenCalled();
});

it('stays away after a disconnect until it is connected, whatever needs it', async () => {
  bench.connect();
  bench.client.disconnect();
  bench.client.channel('news').on('message', () => undefined);
  bench.client.rename('Ben');
  await Promise.resolve();
  jest.advanceTimersByTime(3_600_000);
  expect(bench.client.state).toEqual({ kind: 'idle' });
  expect(dials()).toBe(1);
  bench.client.connect();
  expect(dials()).toBe(2);
});

it('can be disconnected while it waits, and in the very event that says that it is connected', () => {
  bench.connect();
  bench.socket.end();
  bench.client.disconnect();
  jest.advanceTimersByTime(60_000);
  bench.client.on('welcome', () => bench.client.disconnect());
  bench.connect();
  expect(bench.client.state.kind).toBe('idle');
  expect(dials()).toBe(2);
});

it('does not dial twice when asked to connect twice', () => {
  bench.client.connect();
  bench.client.connect();
  expect(dials()).toBe(1);
});

it('never connects again once it is closed', () => {
  bench.connect();
  bench.client.close();
  bench.client.close();
  bench.client.connect();
  bench.client.disconnect();
  expect(bench.states).toEqual(['connecting', 'connected', 'closed']);
  expect(bench.socket.ending).toBe('closed');
});

it.each([
  ['closed', () => bench.client.close()],
  ['disconnected', () => bench.client.disconnect()],
])('leaves no timer behind once it is %s', (_name, end) => {
  bench.connect();
  end();
  expect(jest.getTimerCount()).toBe(0);
});

it('stops when the address cannot even be dialled', () => {
  const WebSocket = jest.fn(() => {
    throw new Error('insecure');
  }) as unknown as SocketClass;
  const { client } = new Bench({ WebSocket });
  client.connect();
  expect(client.state).toEqual({ kind: 'stopped', code: 0, reason: 'Error: insecure' });
});

it('ignores what is no envelope, and events from the future', () => {
  bench.connect();
  for (const data of ['<html>', '[]', '"welcome"', 'null', '{"event":"message"}', '{"event":"gap","data":null}']) {
    bench.socket.receiveRaw(data);
  }
  bench.socket.receiveRaw(new Uint8Array(2));
  bench.socket.receive('fanfare', {});
  expect(bench.client.state.kind).toBe('connected');
});
