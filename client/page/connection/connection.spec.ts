import type { ConnectionState } from './connection-state.ts';
import { Connection } from './connection.ts';
import { FakeSurroundings } from './fake-socket.ts';

const { jest } = import.meta;
let world: FakeSurroundings;
let states: ConnectionState[];
let connection: Connection;
const received = jest.fn();
const lost = jest.fn();

beforeEach(() => {
  jest.useFakeTimers();
  world = new FakeSurroundings();
  states = [];
  connection = new Connection(world, { stateChanged: (state) => states.push(state), received, lost });
});

afterEach(() => {
  jest.useRealTimers();
  jest.resetAllMocks();
});

const kinds = (): string[] => states.map(({ kind }) => kind);

function establish(): void {
  connection.connect();
  world.socket.welcome();
  connection.established();
}

it('is connecting until everything that belongs to it is done, then connected', () => {
  connection.connect();
  world.socket.welcome();
  expect(kinds()).toEqual(['connecting']);
  connection.established();
  expect(kinds()).toEqual(['connecting', 'connected']);
});

it('says until when it waits after the line broke, and then comes back', () => {
  establish();
  world.socket.end();
  expect(states.at(-1)).toEqual({ kind: 'waiting', until: Date.now() + 500 });
  jest.advanceTimersByTime(500);
  expect(world.sockets).toHaveLength(2);
  expect(connection.state.kind).toBe('connecting');
});

it('waits longer after each failed attempt, even one that was let in for a moment', () => {
  connection.connect();
  for (const wait of [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    world.socket.welcome();
    connection.established();
    world.socket.end(1011);
    expect(states.at(-1)).toEqual({ kind: 'waiting', until: Date.now() + wait });
    jest.advanceTimersByTime(wait);
  }
});

it('begins with short waits again after a connection that lasted', () => {
  connection.connect();
  world.socket.end();
  jest.advanceTimersByTime(500);
  world.socket.welcome();
  connection.established();
  jest.advanceTimersByTime(5_000);
  world.socket.end();
  expect(states.at(-1)).toEqual({ kind: 'waiting', until: Date.now() + 500 });
});

it.each([1000, 1001, 1006, 1011, 1012, 4000, 4499, 5000])('comes back after close code %i', (code) => {
  establish();
  world.socket.end(code);
  expect(connection.state.kind).toBe('waiting');
});

it.each([4500, 4502, 4999])('stays away after close code %i and says why', (code) => {
  establish();
  world.socket.end(code, 'too many malformed frames');
  connection.wake();
  jest.runAllTimers();
  expect(world.sockets).toHaveLength(1);
  const because = { by: 'server', reason: 'too many malformed frames' };
  expect(connection.state).toEqual({ kind: 'disconnected', because });
});

it('comes back at once when the browser is online or visible again', () => {
  establish();
  world.socket.end();
  connection.wake();
  expect(world.sockets).toHaveLength(2);
  jest.advanceTimersByTime(9_999);
  expect(world.sockets).toHaveLength(2);
});

it('makes sure of a line that seems to be up when the browser wakes, and leaves it when it is dead', () => {
  establish();
  connection.wake();
  expect(world.socket.request('ping')).toBeDefined();
  jest.advanceTimersByTime(10_000);
  expect(connection.state.kind).toBe('waiting');
  expect(world.socket.isClosed).toBe(true);
});

it('never comes back after a disconnect by hand, whatever the browser says', () => {
  establish();
  connection.disconnect();
  connection.wake();
  connection.doubt();
  connection.redial();
  jest.advanceTimersByTime(3_600_000);
  expect(world.sockets).toHaveLength(1);
  expect(connection.state).toEqual({ kind: 'disconnected', because: { by: 'hand' } });
});

it('can be disconnected by hand while it waits', () => {
  establish();
  world.socket.end();
  connection.disconnect();
  jest.advanceTimersByTime(3_600_000);
  expect(world.sockets).toHaveLength(1);
});

it('connects by hand again after a disconnect', () => {
  establish();
  connection.disconnect();
  connection.connect();
  expect(world.sockets).toHaveLength(2);
  expect(connection.state.kind).toBe('connecting');
});

it('does not dial twice when asked to connect twice', () => {
  connection.connect();
  connection.connect();
  expect(world.sockets).toHaveLength(1);
});

it('tries anew when an attempt gets nowhere for ten seconds', () => {
  connection.connect();
  jest.advanceTimersByTime(10_000);
  expect(connection.state.kind).toBe('waiting');
  expect(world.socket.isClosed).toBe(true);
});

it('comes back when the line is dead although nobody closed it', () => {
  establish();
  jest.advanceTimersByTime(35_000);
  expect(connection.state.kind).toBe('waiting');
  expect(lost).toHaveBeenCalledTimes(1);
});

it('hears nothing more from a socket that it let go', () => {
  establish();
  const [old] = world.sockets;
  connection.redial();
  received.mockClear();
  old?.receive('message', {});
  old?.end(4500, 'an old story');
  expect(received).not.toHaveBeenCalled();
  expect(connection.state.kind).toBe('connecting');
});

it('tells that a socket is gone before it tells the new state', () => {
  establish();
  lost.mockImplementation(() => expect(kinds()).toEqual(['connecting', 'connected']));
  world.socket.end();
  expect(lost).toHaveBeenCalledTimes(1);
});

it('ignores what is no envelope', () => {
  establish();
  received.mockClear();
  for (const data of ['<html>', '[]', '"welcome"', 'null', new Uint8Array(2)]) {
    world.socket.dispatchEvent(new MessageEvent('message', { data }));
  }
  expect(received).not.toHaveBeenCalled();
});
