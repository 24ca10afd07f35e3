/** What backends and operators read over HTTP, and sending somebody away. */
import { startBelfry } from '../../support/in-process.ts';
import { Api, keyFile, newKey } from '../../support/api.ts';
import { Client } from '../../support/client.ts';
import { CHANNEL_LOG } from '../../../src/engine/channel-log.ts';
import type { ChannelLog } from '../../../src/engine/channel-log.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('over HTTP', () => {
  let api: Api;
  let wsUrl: string;
  let log: ChannelLog;

  beforeEach(async () => {
    const key = newKey();
    const directory = mkdtempSync(join(tmpdir(), 'belfry-rules-'));
    const channelsFile = join(directory, 'channels.json');
    writeFileSync(channelsFile, JSON.stringify({ 'room.*': { presence: true } }));
    const server = await startBelfry({ apiKeysFile: keyFile(key), channelsFile });
    rmSync(directory, { recursive: true });
    ({ wsUrl } = server);
    log = server.app.get<ChannelLog>(CHANNEL_LOG);
    api = new Api(server.url, key.key);
  });

  it('history is what it is on a WebSocket', async () => {
    for (let n = 1; n <= 5; n += 1) await api.post('/api/channels/a/messages', { text: `${n}` });
    const client = await Client.welcomed(`${wsUrl}/ws`);
    for (const query of [{}, { after: 2 }, { before: 4, limit: 2 }, { after: 0, limit: 1 }, { before: 1 }]) {
      const parameters = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const { body } = await api.get(`/api/channels/a/messages?${parameters.toString()}`).expect(200);
      expect(body).toEqual((await client.ask('history', { channel: 'a', ...query })).data);
    }
  });

  it.each(['limit=0', 'limit=501', 'limit=x', 'limit=', 'limit=1.5', 'before=0', 'after=-1', 'limit=1&limit=2'])(
    'history with %s is refused',
    async (query) => {
      const { body } = await api.get(`/api/channels/a/messages?${query}`).expect(400);
      expect(body).toMatchObject({ code: 'invalid', errors: [{ property: query.split('=', 1)[0] }] });
    },
  );

  it('presence is what it is on a WebSocket', async () => {
    const client = await Client.joined(`${wsUrl}/ws?name=Ann`, 'room.1');
    const { body } = await api.get('/api/channels/room.1/presence').expect(200);
    expect(body).toMatchObject({ channel: 'room.1', users: [{ name: 'Ann', connections: 1 }] });
    expect(body).toEqual((await client.ask('presence', { channel: 'room.1' })).data);
    expect((await api.get('/api/channels/quiet/presence').expect(403)).body).toMatchObject({ code: 'forbidden' });
  });

  it('channels are listed piece by piece, with how far they reach and who hears them here', async () => {
    for (const channel of ['c', 'a', 'b', 'a']) await api.post(`/api/channels/${channel}/messages`, { text: 'x' });
    await log.append('$of-the-server', { from: 'x', text: 'x' });
    await Client.joined(`${wsUrl}/ws`, 'b');
    const { body } = await api.get('/api/channels').expect(200);
    expect(body).toEqual({
      channels: [
        { channel: 'a', first: 1, last: 2, subscribers: 0 },
        { channel: 'b', first: 1, last: 1, subscribers: 1 },
        { channel: 'c', first: 1, last: 1, subscribers: 0 },
      ],
    });
    const first = await api.get('/api/channels?limit=2').expect(200);
    expect(first.body).toMatchObject({ channels: [{ channel: 'a' }, { channel: 'b' }], next: 'b' });
    const second = await api.get('/api/channels?limit=2&after=b').expect(200);
    expect(second.body).toEqual({ channels: [{ channel: 'c', first: 1, last: 1, subscribers: 0 }] });
  });

  it('connections are listed piece by piece, all or those of a user', async () => {
    const clients = await Promise.all([1, 2, 3].map((n) => Client.open(`${wsUrl}/ws?name=n${n}`)));
    const welcomes = await Promise.all(clients.map(async (client) => client.event('welcome')));
    await clients[0]?.ask('join', { channel: 'a' });
    const known = welcomes.map(({ data }) => data as { connection: string; user: { id: string } });
    const first = (await api.get('/api/connections?limit=2').expect(200)).body as Listed;
    const second = (await api.get(`/api/connections?limit=2&after=${first.next}`).expect(200)).body as Listed;
    expect(second.next).toBeUndefined();
    expect([...first.connections, ...second.connections].map(({ id }) => id)).toEqual(
      known.map(({ connection }) => connection).toSorted(),
    );
    const { body } = await api.get(`/api/connections?user=${known[0]?.user.id}`).expect(200);
    expect(body).toEqual({
      node: expect.any(String),
      connections: [
        {
          id: known[0]?.connection,
          user: known[0]?.user,
          path: '/ws',
          address: '127.0.0.1',
          since: expect.any(Number),
          channels: 1,
          unsent: 0,
        },
      ],
    });
  });

  it('a connection is closed for good', async () => {
    const client = await Client.open(`${wsUrl}/ws`);
    const { data } = await client.event('welcome');
    await api.delete(`/api/connections/${String(data?.['connection'])}`).expect(204);
    expect(await client.closed).toMatchObject({ code: 4501 });
    expect((await api.delete('/api/connections/nobody').expect(404)).body).toMatchObject({ code: 'not_found' });
  });
});

interface Listed {
  readonly connections: readonly { readonly id: string }[];
  readonly next?: string;
}
