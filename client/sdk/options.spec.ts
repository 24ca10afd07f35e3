import { Belfry } from './belfry.ts';
import { browser } from './browser.ts';
import { addressOf } from './options.ts';
import { Bench } from './testing/bench.ts';
import { fakeSockets } from './testing/fake-socket.ts';

const { WebSocket } = fakeSockets();

it('takes any address of the server, in a browser also relative to the page', () => {
  expect(addressOf('wss://example.org/ws').href).toBe('wss://example.org/ws');
  expect(addressOf(new URL('http://example.org/ws')).href).toBe('ws://example.org/ws');
  const page = Object.defineProperty(browser, 'location', {
    value: { href: 'https://example.org/a/b' },
    configurable: true,
  });
  expect(addressOf('/ws').href).toBe('wss://example.org/ws');
  Object.defineProperty(page, 'location', { value: undefined });
});

it('refuses at once what is no address', () => {
  expect(() => new Belfry('/ws', { WebSocket })).toThrow('Invalid URL');
});

it('refuses a name that the server would not take, and takes a blank one for none', () => {
  expect(() => new Belfry('ws://localhost/ws', { WebSocket, name: 'x'.repeat(65) })).toThrow(RangeError);
  const { client, sockets } = new Bench({ name: ' Ann ' });
  client.connect();
  expect(sockets.last.url.searchParams.get('name')).toBe('Ann');
  client.rename(' ');
  expect(sockets.last.url.searchParams.has('name')).toBe(false);
  client.close();
});

it('says what to do where there is no WebSocket', () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
  Object.defineProperty(globalThis, 'WebSocket', { value: undefined, configurable: true });
  expect(() => new Belfry('ws://localhost/ws')).toThrow('from "ws"');
  if (before) Object.defineProperty(globalThis, 'WebSocket', before);
});
