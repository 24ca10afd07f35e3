/** How a client minds what a browser says about its network; the browser is a few properties of the global object. */
import { Bench } from '../testing/bench.ts';

const { jest } = import.meta;
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const targets = new EventTarget();
const navigator = { onLine: true };
const added = jest.fn();
let bench: Bench;

function addEventListener(...given: Parameters<EventTarget['addEventListener']>): void {
  added(given[2]);
  targets.addEventListener(...given);
}

beforeAll(() => {
  const globals = { document: page, navigator, addEventListener };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
});

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  navigator.onLine = true;
  page.visibilityState = 'visible';
  bench = new Bench();
  bench.connect();
});

afterEach(() => {
  bench.client.close();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const dials = (): number => bench.sockets.all.length;
const tell = (target: EventTarget, event: string): boolean => target.dispatchEvent(new Event(event));

it.each([
  ['the network is back', targets, 'online'],
  ['the page comes out of the cache', targets, 'pageshow'],
  ['the page is thawed', page, 'resume'],
  ['the page is visible', page, 'visibilitychange'],
])('comes back at once when %s', (_name, target, event) => {
  bench.socket.end();
  tell(target, event);
  expect(dials()).toBe(2);
});

it('does not come back because the page is hidden', () => {
  bench.socket.end();
  page.visibilityState = 'hidden';
  tell(page, 'visibilitychange');
  expect(dials()).toBe(1);
});

it('keeps the slot that a goodbye gave it, even if somebody looks', () => {
  bench.socket.receive('goodbye', { after: 3_000, reason: 'restarting' });
  bench.socket.end(1012);
  tell(page, 'visibilitychange');
  expect(dials()).toBe(1);
  jest.advanceTimersByTime(3_000);
  expect(dials()).toBe(2);
});

it('makes sure of a line that seems to be up when somebody looks, and leaves it when it is dead', () => {
  tell(page, 'visibilitychange');
  expect(bench.socket.requests('ping')).toHaveLength(1);
  jest.advanceTimersByTime(10_000);
  expect(bench.client.state.kind).toBe('waiting');
});

it('is offline when the line breaks and the device says that it has no network', () => {
  navigator.onLine = false;
  bench.socket.end();
  expect(bench.client.state).toEqual({ kind: 'offline', until: Date.now() + 20_000 });
  jest.advanceTimersByTime(19_999);
  expect(dials()).toBe(1);
  tell(targets, 'online');
  expect(dials()).toBe(2);
});

it('is offline when the network goes while it waits', () => {
  bench.socket.end();
  navigator.onLine = false;
  tell(targets, 'offline');
  expect(bench.client.state.kind).toBe('offline');
  jest.advanceTimersByTime(19_999);
  expect(dials()).toBe(1);
});

it('tries every 20 s nevertheless, since the device may be wrong', () => {
  navigator.onLine = false;
  bench.socket.end();
  jest.advanceTimersByTime(20_000);
  expect(dials()).toBe(2);
});

it('finds out whether the line survived the loss of the network before it gives it up', () => {
  navigator.onLine = false;
  tell(targets, 'offline');
  expect(bench.client.state.kind).toBe('connected');
  expect(bench.socket.requests('ping')).toHaveLength(1);
  jest.advanceTimersByTime(10_000);
  expect(bench.client.state.kind).toBe('offline');
});

it.each([
  ['closed', () => bench.client.close()],
  ['disconnected', () => bench.client.disconnect()],
  ['told to stay away', () => bench.socket.end(4500)],
])('leaves no listener behind once it is %s', (_name, end) => {
  end();
  const lives = added.mock.calls.slice(-3).map(([{ signal }]) => signal as AbortSignal);
  expect(lives).toHaveLength(3);
  expect(lives.every(({ aborted }) => aborted)).toBe(true);
  tell(targets, 'online');
  jest.advanceTimersByTime(60_000);
  expect(dials()).toBe(1);
});
