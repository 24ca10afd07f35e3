import type { ConnectionState } from '../connection/connection-state.ts';
import { FakeSurroundings } from '../connection/fake-socket.ts';
import { Channel } from './channel.ts';

const { jest } = import.meta;
const listener = {
  stateChanged: jest.fn<void, [ConnectionState]>(),
  said: jest.fn(),
  missed: jest.fn(),
  uncertain: jest.fn(),
  failed: jest.fn(),
};
let world: FakeSurroundings;
let channel: Channel;

beforeEach(() => {
  jest.useFakeTimers();
  world = new FakeSurroundings();
  channel = new Channel(world, listener);
});

afterEach(() => {
  jest.useRealTimers();
  jest.resetAllMocks();
});

const head = (epoch: string, offset: number) => ({ channel: 'announcements', epoch, offset, recovered: false });
const message = (offset: number, from = 'u7') => ({ channel: 'announcements', offset, from, text: 'ding', at: 1 });

function enter(epoch = 'e1', offset = 4): void {
  if (channel.connection.state.kind === 'disconnected') channel.connection.connect();
  world.socket.welcome(`u${world.sockets.length}`);
  world.socket.acknowledge('join', head(epoch, offset));
}

function breakAndReturn(): void {
  world.socket.end();
  jest.advanceTimersByTime(500);
}

describe('joining', () => {
  it('is done after the welcome, and only then is the page connected', () => {
    channel.connection.connect();
    world.socket.welcome();
    expect(world.socket.request('join').data).toEqual({ channel: 'announcements' });
    expect(channel.connection.state.kind).toBe('connecting');
    world.socket.acknowledge('join', head('e1', 0));
    expect(channel.connection.state.kind).toBe('connected');
  });

  it('says after a break what was seen last', () => {
    enter();
    world.socket.receive('message', message(5));
    breakAndReturn();
    world.socket.welcome();
    expect(world.socket.request('join').data).toEqual({ channel: 'announcements', since: { epoch: 'e1', offset: 5 } });
  });

  it('is tried again when the refusal is temporary', () => {
    channel.connection.connect();
    world.socket.welcome();
    const error = { code: 'internal', message: 'later', temporary: true };
    world.socket.receive('error', error, world.socket.request('join').id);
    expect(listener.failed).toHaveBeenCalledWith(error);
    expect(channel.connection.state.kind).toBe('waiting');
  });

  it('is given up, with the reason, when it is refused for good', () => {
    channel.connection.connect();
    world.socket.welcome();
    const error = { code: 'forbidden', message: 'not here', temporary: false };
    world.socket.receive('error', error, world.socket.request('join').id);
    const because = { by: 'server', reason: 'not here' };
    expect(channel.connection.state).toEqual({ kind: 'disconnected', because });
  });
});

describe('messages', () => {
  it('are told once and in order', () => {
    enter();
    for (const offset of [5, 6, 6, 5, 7]) world.socket.receive('message', message(offset));
    expect(listener.said.mock.calls.map(([{ offset }]) => offset)).toEqual([5, 6, 7]);
  });

  it('are told apart: own ones, also from before a reconnect, and those of others', () => {
    enter();
    breakAndReturn();
    enter();
    for (const [offset, from] of [
      [5, 'u1'],
      [6, 'u2'],
      [7, 'u9'],
    ] as const) {
      world.socket.receive('message', message(offset, from));
    }
    expect(listener.said.mock.calls.map(([, own]) => own)).toEqual([true, true, false]);
  });

  it('that will not come are counted', () => {
    enter();
    world.socket.receive('gap', { channel: 'announcements', from: 5, to: 7 });
    world.socket.receive('message', message(7));
    world.socket.receive('message', message(8));
    expect(listener.missed).toHaveBeenCalledWith(3);
    expect(listener.said).toHaveBeenCalledTimes(1);
  });

  it('of other channels, and events from the future, are ignored', () => {
    enter();
    world.socket.receive('message', { ...message(5), channel: 'elsewhere' });
    world.socket.receive('fanfare', {});
    expect(listener.said).not.toHaveBeenCalled();
  });

  it('may be missing when the numbers begin anew after a break', () => {
    enter('e1', 4);
    breakAndReturn();
    enter('e2', 1);
    expect(listener.uncertain).toHaveBeenCalledTimes(1);
    world.socket.receive('message', message(2));
    expect(listener.said).toHaveBeenCalledTimes(1);
  });

  it('are not said to be missing after a mere change of sockets', () => {
    enter('e1', 4);
    channel.connection.redial();
    enter('e2', 0);
    expect(listener.uncertain).not.toHaveBeenCalled();
  });
});

describe('publishing', () => {
  beforeEach(() => enter());

  it('sends the text under its key and is done when the server has it', async () => {
    const outcome = channel.publish('ding', 'k1');
    expect(world.socket.request('message').data).toEqual({ channel: 'announcements', text: 'ding', key: 'k1' });
    world.socket.acknowledge('message', { ...head('e1', 5), at: 1, duplicate: false });
    await expect(outcome).resolves.toEqual({ kind: 'published', duplicate: false });
  });

  it('tells when the text had arrived before', async () => {
    const outcome = channel.publish('ding', 'k1');
    world.socket.acknowledge('message', { ...head('e1', 5), at: 1, duplicate: true });
    await expect(outcome).resolves.toEqual({ kind: 'published', duplicate: true });
  });

  it('tells why the server refused', async () => {
    const outcome = channel.publish('', 'k1');
    const error = { code: 'invalid', message: 'no', temporary: false };
    world.socket.receive('error', error, world.socket.request('message').id);
    await expect(outcome).resolves.toEqual({ kind: 'refused', error });
    expect(listener.failed).not.toHaveBeenCalled();
  });

  it('is unconfirmed when the line breaks before the answer', async () => {
    const outcome = channel.publish('ding', 'k1');
    world.socket.end();
    await expect(outcome).resolves.toEqual({ kind: 'unconfirmed' });
  });

  it('gives each of several its own answer', async () => {
    const outcomes = [channel.publish('one', 'k1'), channel.publish('two', 'k2')];
    const [one, two] = world.socket.sent.slice(-2);
    world.socket.receive('ack', { ...head('e1', 5), duplicate: true }, two?.id);
    world.socket.receive('ack', { ...head('e1', 5), duplicate: false }, one?.id);
    const answers = await Promise.all(outcomes);
    expect(answers.map((answer) => 'duplicate' in answer && answer.duplicate)).toEqual([false, true]);
  });

  it('leaves an error that answers nothing to the reader', () => {
    const error = { code: 'bad_json', message: 'what?', temporary: false };
    world.socket.receive('error', error);
    expect(listener.failed).toHaveBeenCalledWith(error);
  });
});
