/** API keys on WebSockets: what a key may do over HTTP it may do there, and no longer than it is good. */
import request from 'supertest';
import { Client } from '../support/client.ts';
import { TestStream } from '../support/event-stream.ts';
import { startBelfry } from '../support/in-process.ts';
import { keyFile, newKey, writeKeys } from '../support/api.ts';
import { refusalOf, SECRET, shown } from '../support/tokens.ts';

describe('an API key on a WebSocket', () => {
  it.each(['header', 'subprotocol'] as const)('is taken from the %s, and says who it is', async (place) => {
    const own = newKey({ id: 'monitor' });
    const { wsUrl } = await startBelfry({ apiKeysFile: keyFile(own), anonymous: 'none' });
    const { protocols, options } = shown(own.key, place);
    const client = await Client.open(`${wsUrl}/ws`, protocols, options);
    expect((await client.event('welcome')).data).toMatchObject({ user: { id: 'key:monitor' } });
    expect((await client.ask('join', { channel: 'news' })).event).toBe('ack');
    expect(client.socket.protocol).not.toContain('bearer');
  });

  it('is taken in a first frame, too', async () => {
    const own = newKey();
    const { wsUrl } = await startBelfry({ apiKeysFile: keyFile(own), anonymous: 'none' });
    const client = await Client.open(`${wsUrl}/ws`);
    expect((await client.ask('auth', { token: own.key })).data).toMatchObject({ user: { id: 'key:orders' } });
  });

  it('may do no more than its permissions allow', async () => {
    const own = newKey({ permissions: [{ channel: 'orders.*', allow: ['join'] }] });
    const { wsUrl } = await startBelfry({ apiKeysFile: keyFile(own) });
    const client = await Client.open(`${wsUrl}/ws`, [], shown(own.key).options);
    expect((await client.ask('join', { channel: 'orders.new' })).event).toBe('ack');
    expect((await client.ask('join', { channel: 'news' })).data).toMatchObject({ code: 'forbidden' });
    const message = { channel: 'orders.new', text: 'x' };
    expect((await client.ask('message', message)).data).toMatchObject({ code: 'forbidden' });
  });

  it('that is not known makes no guest', async () => {
    const { wsUrl } = await startBelfry({ apiKeysFile: keyFile(newKey()) });
    expect((await refusalOf(`${wsUrl}/ws`, newKey().key)).status).toBe(401);
    const page = await Client.open(`${wsUrl}/ws`, shown(newKey().key, 'subprotocol').protocols);
    expect((await page.event('error')).data).toMatchObject({ code: 'unauthorized' });
    expect((await page.closed).code).toBe(4500);
  });

  it('is never taken from the address, also where tokens are', async () => {
    const own = newKey();
    const { wsUrl } = await startBelfry({
      apiKeysFile: keyFile(own),
      authJwtSecret: SECRET,
      authQueryToken: true,
    });
    const client = await Client.open(`${wsUrl}/ws${shown(own.key, 'query').path}`);
    expect((await client.event('error')).data).toMatchObject({ code: 'unauthorized' });
    expect((await client.closed).code).toBe(4500);
  });

  it('ends with 4500 when the key is taken out of the file, while that of another key stays', async () => {
    const [gone, kept] = [newKey({ id: 'gone' }), newKey({ id: 'kept' })];
    const file = keyFile(gone, kept);
    const { wsUrl } = await startBelfry({ apiKeysFile: file });
    const leaving = await Client.open(`${wsUrl}/ws`, [], shown(gone.key).options);
    const staying = await Client.open(`${wsUrl}/ws`, [], shown(kept.key).options);
    writeKeys(file, kept);
    expect((await leaving.closed).code).toBe(4500);
    expect((await staying.ask('join', { channel: 'news' })).event).toBe('ack');
    expect(staying.socket.readyState).toBe(staying.socket.OPEN);
  });

  it('ends the event streams of a key that is taken out of the file, too', async () => {
    const [gone, kept] = [newKey({ id: 'gone' }), newKey({ id: 'kept' })];
    const file = keyFile(gone, kept);
    const { url } = await startBelfry({ apiKeysFile: file });
    const leaving = await TestStream.open(`${url}/api/channels/news/stream`, { 'X-API-Key': gone.key });
    const staying = await TestStream.open(`${url}/api/channels/news/stream`, { 'X-API-Key': kept.key });
    expect((await staying.next())?.event).toBe('welcome');
    expect((await leaving.next())?.event).toBe('welcome');
    writeKeys(file, kept);
    expect(await leaving.next()).toMatchObject({ event: 'close', data: { code: 4500 } });
    await leaving.ended;
    const published = await request(url)
      .post('/api/channels/news/messages')
      .set('X-API-Key', kept.key)
      .send({ text: 'still heard' });
    expect(published.status).toBe(201);
    expect(await staying.next()).toMatchObject({ event: 'message', data: { text: 'still heard' } });
    staying.cut();
  });
});
