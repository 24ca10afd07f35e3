/** A client may do what its token allows, in the channels that it names, and nothing else. */
import { ACTIONS } from '../../src/protocol/permissions.ts';
import type { Action } from '../../src/protocol/permissions.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';
import { SECRET, shown, tokenFor } from '../support/tokens.ts';

const REQUESTS: Record<Action, (channel: string) => [event: string, data: object]> = {
  join: (channel: string) => ['join', { channel }],
  publish: (channel: string) => ['message', { channel, text: 'hi' }],
  history: (channel: string) => ['history', { channel }],
  presence: (channel: string) => ['presence', { channel }],
};

/** The actions that a client is not forbidden in a channel. Nobody keeps count of who is in one: asking is forbidden either way. */
async function allowedTo(client: Client, channel: string): Promise<Action[]> {
  const allowed: Action[] = [];
  for (const action of ACTIONS) {
    const { data } = await client.ask(...REQUESTS[action](channel));
    const isForbidden = data?.['code'] === 'forbidden' && /not allowed/.test(String(data['message']));
    if (!isForbidden) allowed.push(action);
  }
  return allowed;
}

async function start(settings: Partial<Settings> = {}): Promise<string> {
  const { wsUrl } = await startBelfry({ authJwtSecret: SECRET, ...settings });
  return wsUrl;
}

async function connect(url: string, claims: Parameters<typeof tokenFor>[0]): Promise<Client> {
  return Client.open(url, [], shown(await tokenFor(claims)).options);
}

describe('the permissions of a token', () => {
  it.each(ACTIONS)('allow to %s and nothing else where they say that', async (action) => {
    const permissions = [{ channel: 'news', allow: [action] }];
    const client = await connect(`${await start()}/ws`, { permissions });
    expect(await allowedTo(client, 'news')).toEqual([action]);
    expect(await allowedTo(client, 'other')).toEqual([]);
  });

  it('are for all channels of a pattern, and add up', async () => {
    const permissions = [
      { channel: 'room-*', allow: ['join'] },
      { channel: 'room-1', allow: ['publish', 'join'] },
      { channel: '__proto__', allow: ['history'], __proto__: { allow: ['join'] } },
    ];
    const client = await connect(`${await start()}/ws`, { permissions });
    expect(await allowedTo(client, 'room-1')).toEqual(['join', 'publish']);
    expect(await allowedTo(client, 'room-2')).toEqual(['join']);
    expect(await allowedTo(client, 'aroom-2')).toEqual([]);
    expect(await allowedTo(client, '__proto__')).toEqual(['history']);
    expect(await allowedTo(client, 'constructor')).toEqual([]);
  });

  it('that are an empty list allow nothing', async () => {
    const client = await connect(`${await start()}/ws`, { permissions: [] });
    expect(await allowedTo(client, 'news')).toEqual([]);
  });

  it('do not matter to who is an admin', async () => {
    const client = await connect(`${await start()}/ws`, { permissions: [], admin: true });
    expect(await allowedTo(client, 'news')).toEqual(ACTIONS);
  });

  it.each([
    ['publish', ACTIONS],
    ['read', ['join', 'history', 'presence']],
    ['none', ['join', 'history', 'presence']],
  ] as const)(
    'that are left out are those of a guest, and to read at least (ANONYMOUS=%s)',
    async (anonymous, allowed) => {
      const client = await connect(`${await start({ anonymous })}/ws`, {});
      expect(await allowedTo(client, 'news')).toEqual(allowed);
    },
  );

  // However long the patterns are made to take, nobody else waits for them.
  it('are looked up at once, whatever their patterns', async () => {
    const permissions = Array.from({ length: 40 }, () => ({ channel: `${'a*'.repeat(40)}b`, allow: ['join'] }));
    const client = await connect(`${await start()}/ws`, { permissions });
    expect(await allowedTo(client, 'a'.repeat(128))).toEqual([]);
  });

  it('say what is wrong with a request that names no channel, and let nobody by who may not be everywhere', async () => {
    const url = `${await start()}/ws`;
    const everywhere = await connect(url, { permissions: [{ channel: '*', allow: ['join'] }] });
    expect((await everywhere.ask('join', {})).data).toMatchObject({ code: 'invalid' });
    const somewhere = await connect(url, { permissions: [{ channel: 'a*', allow: ['join'] }] });
    for (const data of [{}, { channel: ['a'] }, undefined]) {
      expect((await somewhere.ask('join', data)).data).toMatchObject({ code: 'forbidden' });
    }
  });
});

describe('the plain endpoint', () => {
  it('sends away who may not hear the announcements', async () => {
    const client = await connect(await start(), { permissions: [{ channel: 'news', allow: ['join'] }] });
    expect(await client.json()).toMatchObject({ system: true, error: 'forbidden' });
    expect(await client.closed).toMatchObject({ code: 4500 });
  });

  it('lets those who may only listen listen', async () => {
    const url = await start();
    const listener = await connect(url, { permissions: [{ channel: 'announcements', allow: ['join'] }] });
    expect(await listener.json()).toMatchObject({ system: true, text: expect.any(String) });
    listener.send({ id: 'Eve', text: 'hi' });
    expect(await listener.json()).toMatchObject({ system: true, error: 'forbidden' });
    const guest = await Client.open(url);
    await guest.json();
    guest.send({ id: 'Guy', text: 'hi' });
    expect(await listener.json()).toEqual({ id: 'Guy', text: 'hi' });
  });
});
