/** The client library with tokens, against the real server: who it is, and for how long. */
import { WebSocket } from 'ws';
import { Orders } from '../../src/access/orders/orders.ts';
import { Detour } from '../../client/sdk/fallback/detour.ts';
import { HttpSocket } from '../../client/sdk/fallback/http-socket.ts';
import { Belfry } from '../../client/sdk/index.ts';
import type { BelfryError, BelfryOptions, MessageData } from '../../client/sdk/index.ts';
import { Client } from '../support/client.ts';
import { CompanyProxy } from '../support/company-proxy.ts';
import { startBelfry } from '../support/in-process.ts';
import type { TestServer } from '../support/in-process.ts';
import { SECRET, shown, tokenFor } from '../support/tokens.ts';

const { jest } = import.meta;

/** What a client told, and with what the server closed its lines. */
interface Told {
  readonly states: string[];
  /** The id of each connection. */
  readonly connections: string[];
  readonly errors: BelfryError[];
  readonly closeCodes: number[];
}

interface Watched {
  readonly belfry: Belfry;
  readonly told: Told;
}

const clients: Belfry[] = [];
let server: TestServer;
let proxy: CompanyProxy | undefined;

beforeEach(async () => {
  server = await startBelfry({ authJwtSecret: SECRET, authClockTolerance: 0 });
  // Comes back at once: this is about tokens and not about waits.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  for (const each of clients.splice(0)) each.close();
  proxy?.close();
  jest.restoreAllMocks();
});

function client(options: BelfryOptions = {}): Watched {
  const told: Told = { states: [], connections: [], errors: [], closeCodes: [] };
  class Closing extends WebSocket {
    constructor(url: string, protocols: string | string[]) {
      super(url, protocols);
      this.on('close', (code) => told.closeCodes.push(code));
    }
  }
  const belfry = new Belfry(`${server.wsUrl}/ws`, { WebSocket: Closing, ...options });
  belfry.on('state', ({ kind }) => told.states.push(kind));
  belfry.on('welcome', ({ connection }) => told.connections.push(connection));
  belfry.on('error', (error) => told.errors.push(error));
  clients.push(belfry);
  return { belfry, told };
}

/** A token that holds for two to three seconds: `exp` is a whole one. */
const shortToken = (claims: Readonly<Record<string, unknown>> = {}): Promise<string> =>
  tokenFor({ exp: Math.floor(Date.now() / 1000) + 3, ...claims });

function stopped(belfry: Belfry): Promise<unknown> {
  return new Promise((resolve) => belfry.on('state', (state) => state.kind === 'stopped' && resolve(state)));
}

/** Resolves when every short token that was issued so far has expired: the server closes whoever has the newest. */
async function expiry(): Promise<void> {
  const witness = await Client.open(`${server.wsUrl}/ws`, [], shown(await shortToken()).options);
  expect(await witness.closed).toMatchObject({ code: 4002 });
}

/** Everything that a client hears in the channel `news`. */
async function listen(belfry: Belfry): Promise<{ heard: MessageData[]; upTo: (offset: number) => Promise<void> }> {
  const heard: MessageData[] = [];
  const news = belfry.channel('news');
  news.on('message', (message) => heard.push(message));
  await news.join();
  const upTo = (offset: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): unknown => news.position?.offset === offset && resolve();
      news.on('message', look);
      look();
    });
  return { heard, upTo };
}

/** Claims of somebody who may only join, and only these. */
const may = (...channels: string[]) => ({
  permissions: channels.map((channel) => ({ channel, allow: ['join'] })),
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_each, n) => n + 1);

it('is who its token says, whatever it says of itself, and asks for a token at every dial', async () => {
  const token = jest.fn(() => tokenFor({ name: 'Ann' }));
  const { belfry, told } = client({ token, name: 'Mallory', client: 'm'.repeat(32) });
  const { heard, upTo } = await listen(client().belfry);
  await belfry.channel('news').publish({ text: 'hello' });
  belfry.disconnect();
  belfry.connect();
  await belfry.channel('news').publish({ text: 'again' });
  await upTo(2);
  expect(heard.map(({ from, name }) => [from, name])).toEqual([
    ['ann', 'Ann'],
    ['ann', 'Ann'],
  ]);
  expect(belfry.user).toEqual({ id: 'ann', name: 'Ann' });
  expect(token).toHaveBeenCalledTimes(2);
  expect(told.connections).toHaveLength(2);
});

it('outlives its token in the same connection by renewing it', async () => {
  const tokens = [shortToken()];
  const { belfry, told } = client({ token: () => tokens.shift() ?? tokenFor() });
  const { heard } = await listen(belfry);
  await expiry();
  await belfry.channel('news').publish({ text: 'still here' });
  expect(heard).toMatchObject([{ from: 'ann', text: 'still here' }]);
  expect(told).toMatchObject({ states: ['connecting', 'connected'], errors: [], closeCodes: [] });
  expect(told.connections).toHaveLength(1);
});

it('comes back with a fresh token when it could not renew the old one in time, and loses and doubles nothing', async () => {
  const tokens = [shortToken()];
  const { belfry, told }: Watched = client({
    token: (): string | Promise<string> => {
      if (belfry.state.kind === 'connected') throw new Error('whoever issues tokens is away');
      return tokens.shift() ?? tokenFor();
    },
  });
  const [own, other] = [await listen(belfry), await listen(client().belfry)];
  let count = 0;
  for (; told.connections.length < 2; count += 1) await belfry.channel('news').publish({ text: String(count + 1) });
  await Promise.all([own.upTo(count), other.upTo(count)]);
  expect(told.closeCodes).toEqual([4002]);
  expect(new Set(told.errors.map(({ code }) => code))).toEqual(new Set(['token_failed']));
  const all = numbers(count).map((n) => [n, String(n), 'ann']);
  for (const { heard } of [own, other])
    expect(heard.map(({ offset, text, from }) => [offset, text, from])).toEqual(all);
});

it('comes back with a fresh token over HTTP, too, where a publication is the first to find that the old one has expired', async () => {
  proxy = await CompanyProxy.start(server.port);
  let token = shortToken;
  const belfry = new Belfry(`ws://${proxy.host}/ws`, {
    WebSocket,
    token: () => token(),
    fallback: (websocket) => new Detour(websocket, () => Promise.resolve((address) => new HttpSocket(address))),
  });
  clients.push(belfry);
  await belfry.channel('news').publish({ text: 'in time' });
  token = tokenFor;
  await expiry();
  await expect(belfry.channel('news').publish({ text: 'too late' })).resolves.toMatchObject({ offset: 2 });
  expect(belfry.state).toEqual({ kind: 'connected', via: 'http' });
});

it('stops when its token is refused', async () => {
  const token = jest.fn(() => tokenFor({}, { key: new TextEncoder().encode('x'.repeat(32)) }));
  const { belfry, told } = client({ token });
  const published = belfry.channel('news').publish({ text: 'let me in' });
  await expect(published).rejects.toMatchObject({ code: 'stopped', closeCode: 4500 });
  expect(told.errors).toMatchObject([{ code: 'unauthorized', temporary: false }]);
  expect(belfry.state).toMatchObject({ kind: 'stopped', code: 4500 });
  expect(token).toHaveBeenCalledTimes(1);
});

it('stops when its token is revoked', async () => {
  const { belfry, told } = client({ token: () => tokenFor() });
  await listen(belfry);
  const end = stopped(belfry);
  await server.app.get(Orders).revoke({ user: 'ann' });
  expect(await end).toMatchObject({ code: 4500 });
  expect(told.errors).toMatchObject([{ code: 'unauthorized', temporary: false }]);
  expect(told.connections).toHaveLength(1);
});

it('leaves the channels that a newer token does not allow any more, and says why, and goes on in the others', async () => {
  const tokens = [shortToken(may('news', 'vault'))];
  const { belfry, told } = client({ token: () => tokens.shift() ?? tokenFor({ ...may('news') }) });
  const { heard, upTo } = await listen(belfry);
  const vault = belfry.channel('vault');
  const inVault = jest.fn();
  vault.on('message', inVault);
  await vault.join();
  const { reason } = await new Promise<{ reason: BelfryError | undefined }>((resolve) => vault.on('left', resolve));
  expect(reason).toMatchObject({ code: 'forbidden', temporary: false });
  expect(told.errors).toEqual([reason]);
  const guest = client().belfry;
  await guest.channel('vault').publish({ text: 'secret' });
  await guest.channel('news').publish({ text: 'public' });
  await upTo(1);
  expect(heard).toMatchObject([{ text: 'public' }]);
  belfry.disconnect();
  belfry.connect();
  await guest.channel('news').publish({ text: 'more' });
  await upTo(2);
  expect(inVault).not.toHaveBeenCalled();
  expect(told.errors).toEqual([reason]);
  expect(told.connections).toHaveLength(2);
});
