/** A notice is in every tab of its user until it is read in one of them, and nobody else's affair. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { Belfry } from 'belfry/sdk';
import { Api, keyFile, newKey } from '../../test/support/api.ts';
import { startBelfry } from '../../test/support/in-process.ts';
import { ROOT } from '../../test/support/root.ts';
import { SECRET } from '../../test/support/tokens.ts';
import { NotificationsModule } from './notifications.module.ts';
import { Inbox } from './page/inbox.ts';

const clients: Belfry[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

/** A tab of somebody, as the page has it. */
class Tab {
  readonly #inbox = new Inbox();
  #changed = (): void => undefined;
  readonly channel;

  private constructor(belfry: Belfry, of: string) {
    this.channel = belfry.channel(`user-${of}`);
    this.channel.on('message', (message) => {
      this.#inbox.take(message);
      this.#changed();
    });
  }

  /** Opens the page as `user`, and the channel of whom it likes. */
  static async open({ url, wsUrl }: { url: string; wsUrl: string }, user: string, of = user): Promise<Tab> {
    const token = async (): Promise<string> => (await fetch(`${url}/notifications/token?user=${user}`)).text();
    const belfry = new Belfry(`${wsUrl}/ws`, { WebSocket, token });
    clients.push(belfry);
    const tab = new Tab(belfry, of);
    await tab.channel.join({ last: 200 });
    return tab;
  }

  get unread(): string[] {
    return this.#inbox.unread.map(({ text }) => text);
  }

  /** What it shows, once that are so many. */
  async shows(count: number): Promise<string[]> {
    while (this.unread.length !== count) await new Promise<void>((resolve) => (this.#changed = resolve));
    return this.unread;
  }

  async markAllRead(): Promise<void> {
    await this.channel.publish({ data: { read: this.#inbox.unread.at(-1)?.offset } });
  }
}

describe('notifications', () => {
  let server: { url: string; wsUrl: string };
  let backend: Api;

  beforeEach(async () => {
    const key = newKey({ permissions: [{ channel: 'user-*', allow: ['publish'] }] });
    const settings = { anonymous: 'none', authJwtSecret: SECRET, apiKeysFile: keyFile(key) } as const;
    const channelsFile = join(ROOT, 'examples/channels.json');
    server = await startBelfry({ ...settings, channelsFile }, [NotificationsModule]);
    backend = new Api(server.url, key.key);
  });

  const notify = async (text: string, user = 'ann'): Promise<void> => {
    await backend.post(`/api/channels/user-${user}/messages`, { text }).expect(201);
  };

  it('are in all tabs of their user, and in nobody else’s', async () => {
    const [one, two, other] = [
      await Tab.open(server, 'ann'),
      await Tab.open(server, 'ann'),
      await Tab.open(server, 'ben'),
    ];
    await notify('It is on its way.');
    await notify('For Ben.', 'ben');
    const shown = await Promise.all([one, two, other].map(async (tab) => tab.shows(1)));
    expect(shown).toEqual([['It is on its way.'], ['It is on its way.'], ['For Ben.']]);
  });

  it('that are read in one tab are read in all of them', async () => {
    const [one, two] = [await Tab.open(server, 'ann'), await Tab.open(server, 'ann')];
    await notify('one');
    await notify('two');
    expect(await Promise.all([one.shows(2), two.shows(2)])).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
    await one.markAllRead();
    expect(await Promise.all([one.shows(0), two.shows(0)])).toEqual([[], []]);
  });

  it('wait for who comes later, but for those that were read', async () => {
    const one = await Tab.open(server, 'ann');
    await notify('one');
    await one.shows(1);
    await one.markAllRead();
    await notify('two');
    await notify('three');
    expect(await (await Tab.open(server, 'ann')).shows(2)).toEqual(['two', 'three']);
  });

  it('that came while somebody read are not read by that', async () => {
    const one = await Tab.open(server, 'ann');
    await notify('one');
    await one.shows(1);
    const reading = one.markAllRead();
    await notify('two');
    await reading;
    await notify('three');
    expect(await one.shows(2)).toEqual(['two', 'three']);
  });

  it('are neither heard nor forged by others', async () => {
    await expect(Tab.open(server, 'eve', 'ann')).rejects.toMatchObject({ code: 'forbidden' });
    const own = await Tab.open(server, 'eve');
    await own.channel.publish({ text: 'You have won!' });
    await notify('the real one', 'eve');
    expect(await own.shows(1)).toEqual(['the real one']);
  });

  it.each(['', 'guest-1', '*', 'a*', 'a.b', 'a/b'])('has no token for "%s"', async (user) => {
    const { status } = await fetch(`${server.url}/notifications/token?user=${encodeURIComponent(user)}`);
    expect(status).toBe(400);
  });

  it('come from the command in the README', async () => {
    const page = readFileSync(join(ROOT, 'examples/notifications/README.md'), 'utf8');
    const [command = ''] = /^curl .+?[^\\]$/ms.exec(page) ?? [];
    const env = { PATH: process.env['PATH'], URL: server.url, KEY: backend.key };
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { env });
    expect(JSON.parse(stdout)).toMatchObject({ channel: 'user-ann', offset: 1 });
    expect(await (await Tab.open(server, 'ann')).shows(1)).toEqual(['Your order is on its way.']);
  });
});
