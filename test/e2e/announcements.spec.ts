/** The announcement channel at `/`: pages that were written for the smallest broadcast server work here unchanged. */
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';

const WELCOME = { system: true, text: '你已连接公告频道' };

async function openPlain(wsUrl: string): Promise<Client> {
  const client = await Client.open(wsUrl);
  expect(await client.json()).toEqual(WELCOME);
  return client;
}

describe('the plain protocol', () => {
  let wsUrl: string;

  beforeEach(async () => {
    ({ wsUrl } = await startBelfry());
  });

  it('welcomes with a binary frame, since the page reads event.data.text()', async () => {
    const client = await Client.open(wsUrl);
    const { text, binary } = await client.frame();
    expect(binary).toBe(true);
    expect(JSON.parse(text)).toEqual(WELCOME);
  });

  it('welcomes with the text that the operator set', async () => {
    const { wsUrl: other } = await startBelfry({ welcomeText: 'Grüß Gott' });
    expect(await (await Client.open(other)).json()).toEqual({ system: true, text: 'Grüß Gott' });
  });

  it('sends every message to everyone, the author included, as binary frames', async () => {
    const [ann, ben, cem] = await Promise.all([openPlain(wsUrl), openPlain(wsUrl), openPlain(wsUrl)]);
    const message = { id: '用户1', text: '<b>hello</b> 👋' };
    ann.send(message);
    for (const client of [ann, ben, cem]) {
      const { text, binary } = await client.frame();
      expect(binary).toBe(true);
      expect(JSON.parse(text)).toEqual(message);
    }
  });

  it('takes text frames and binary frames', async () => {
    const client = await openPlain(wsUrl);
    client.send('{"id":"a","text":"as text"}');
    client.send(Buffer.from('{"id":"a","text":"as bytes"}'));
    expect(await client.jsons(2)).toEqual([
      { id: 'a', text: 'as text' },
      { id: 'a', text: 'as bytes' },
    ]);
  });

  it('answers {"type":"ping"} by {"type":"pong"}, to its sender alone', async () => {
    const [ann, ben] = [await openPlain(wsUrl), await openPlain(wsUrl)];
    ann.send({ type: 'ping' });
    expect(await ann.json()).toEqual({ type: 'pong' });
    ann.send({ id: 'a', text: 'after' });
    expect(await ben.json()).toEqual({ id: 'a', text: 'after' });
  });

  it.each([
    ['is not JSON', 'hello', 'bad_json'],
    ['is no object', '[]', 'bad_envelope'],
    ['has no text', { id: 'a' }, 'invalid'],
    ['has an empty text', { id: 'a', text: '' }, 'invalid'],
    ['has a text of 4097 characters', { id: 'a', text: 'x'.repeat(4097) }, 'invalid'],
    ['has no id', { text: 'a' }, 'invalid'],
    ['has an id of 65 characters', { id: 'x'.repeat(65), text: 'a' }, 'invalid'],
    ['has an id that is a number', { id: 7, text: 'a' }, 'invalid'],
  ])('gives what %s back to its sender alone', async (_name, frame, error) => {
    const [ann, ben] = [await openPlain(wsUrl), await openPlain(wsUrl)];
    ann.send(frame);
    expect(await ann.json()).toEqual({ system: true, error, text: expect.stringMatching(/^[^a-z]+。 [A-Z]/u) });
    ann.send({ id: 'a', text: 'after' });
    expect(await ben.json()).toEqual({ id: 'a', text: 'after' });
  });

  it('takes what is just within the limits', async () => {
    const client = await openPlain(wsUrl);
    const message = { id: '用'.repeat(64), text: '👋'.repeat(4096) };
    client.send(message);
    expect(await client.json()).toEqual(message);
  });

  it('shares the channel announcements with /ws, both ways', async () => {
    const plain = await openPlain(wsUrl);
    const channels = await Client.joined(`${wsUrl}/ws?name=Ann`, 'announcements');
    plain.send({ id: '用户1', text: 'from the page' });
    expect((await channels.event('message')).data).toMatchObject({ name: '用户1', text: 'from the page', offset: 1 });
    expect(await plain.json()).toEqual({ id: '用户1', text: 'from the page' });
    await channels.ask('message', { channel: 'announcements', text: 'from a channel' });
    await channels.ask('message', { channel: 'announcements', data: { sold: 3 } });
    expect(await plain.jsons(2)).toEqual([
      { id: 'Ann', text: 'from a channel' },
      { id: 'Ann', text: '{"sold":3}' },
    ]);
  });
});
