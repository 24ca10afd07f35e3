/** Who may use the HTTP interface, and for what. */
import request from 'supertest';
import { startBelfry } from '../../support/in-process.ts';
import { Api, keyFile, newKey } from '../../support/api.ts';
import type { MadeKey } from '../../support/api.ts';

const MESSAGES = '/api/channels/news/messages';
const SECRET = 'client=0123456789abcdef';

async function start(...keys: readonly MadeKey[]): Promise<string> {
  return (await startBelfry({ apiKeysFile: keyFile(...keys) })).url;
}

describe('without keys and tokens', () => {
  it.each([
    ['get', '/api/channels'],
    ['get', '/api/connections'],
    ['delete', '/api/connections/x'],
    ['get', MESSAGES],
    ['get', '/api/channels/news/presence'],
  ] as const)('%s %s says what to set', async (method, path) => {
    const { url } = await startBelfry();
    const { body } = await request(url)[method](path).expect(403);
    expect(body).toMatchObject({
      code: 'api_disabled',
      detail: expect.stringMatching(/API_KEYS_FILE.*AUTH_/) as string,
    });
  });

  it('a request with a key is told so, and not that the key is wrong', async () => {
    const { url } = await startBelfry();
    const { body } = await new Api(url, newKey().key).post(MESSAGES, { text: 'x' }).expect(403);
    expect(body).toMatchObject({ code: 'api_disabled' });
  });

  it('a guest may do what it may on a WebSocket, by its own secret', async () => {
    const { url } = await startBelfry();
    const answer = await request(url).post(`${MESSAGES}?${SECRET}&name=Ann`).send({ text: 'hi' }).expect(201);
    expect(answer.body).toMatchObject({ offset: 1 });
    const { body } = await request(url).get(`${MESSAGES}?${SECRET}`).expect(200);
    expect(body).toMatchObject({
      messages: [{ from: expect.stringMatching(/^guest-/) as string, name: 'Ann', text: 'hi' }],
    });
    expect((await request(url).get(`/api/channels?${SECRET}`)).status).toBe(403);
  });

  it('a guest speaks for nobody else', async () => {
    const { url } = await startBelfry();
    for (const forged of [{ from: 'ann' }, { name: 'Ann' }]) {
      const { body } = await request(url)
        .post(`${MESSAGES}?${SECRET}`)
        .send({ text: 'hi', ...forged })
        .expect(403);
      expect(body).toMatchObject({ code: 'forbidden' });
    }
  });

  it('a secret that is none is refused as at an upgrade', async () => {
    const { url } = await startBelfry();
    const { body } = await request(url).get(`${MESSAGES}?client=short`).expect(400);
    expect(body).toMatchObject({ code: 'client_invalid' });
  });
});

describe('a page in a browser', () => {
  it.each([
    ['https://evil.example', 403],
    ['null', 201],
  ])('of origin %s is answered with %i', async (origin, status) => {
    const { url } = await startBelfry();
    const sent = request(url).post(`${MESSAGES}?${SECRET}`).set('Origin', origin).send({ text: 'hi' });
    expect((await sent).status).toBe(status);
  });

  it('that sends a form is not taken for a program', async () => {
    const { url } = await startBelfry();
    const { body } = await request(url).post(`${MESSAGES}?${SECRET}`).type('form').send({ text: 'hi' }).expect(415);
    expect(body).toMatchObject({ code: 'unsupported_media_type' });
  });
});

describe('how much is published', () => {
  it('is bounded for guests as on a WebSocket, and not for keys', async () => {
    const { key, entry } = newKey();
    const { url } = await startBelfry({ apiKeysFile: keyFile({ key, entry }), rateLimit: 1 });
    const messages = Array.from({ length: 50 }, () => ({ text: 'x' }));
    const answer = await request(url).post(`${MESSAGES}?${SECRET}`).send({ messages }).expect(429);
    expect(answer.body).toMatchObject({ code: 'too_many_requests' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    const history = await new Api(url, key).get(MESSAGES);
    expect(history.body).toMatchObject({ last: 0 });
    expect((await new Api(url, key).post(MESSAGES, { messages })).status).toBe(201);
  });
});

describe('with keys', () => {
  it('a key is taken as X-API-Key too, but not both ways', async () => {
    const { key, entry } = newKey();
    const url = await start({ key, entry });
    expect((await request(url).get('/api/channels').set('X-API-Key', key)).status).toBe(200);
    expect(
      (await request(url).get('/api/channels').set('X-API-Key', key).set('Authorization', `Bearer ${key}`)).status,
    ).toBe(401);
  });

  it.each([
    ['no credentials', {}],
    ['a key that is none', { Authorization: `Bearer ${newKey().key}` }],
    ['a key that is none, as X-API-Key', { 'X-API-Key': 'x' }],
    ['another scheme', { Authorization: 'Basic dXNlcjpwYXNz' }],
    ['no key behind the scheme', { Authorization: 'Bearer ' }],
  ])('%s is 401, and says how to do it', async (_name, headers) => {
    const answer = await request(await start(newKey()))
      .get(MESSAGES)
      .set(headers)
      .expect(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.body).toMatchObject({ code: 'unauthorized' });
  });

  it('one that has expired is none', async () => {
    const [old, good] = [newKey({ expires: '2020-01-01T00:00:00Z' }), newKey({ expires: '2999-01-01T00:00:00Z' })];
    const url = await start(old, good);
    expect((await new Api(url, old.key).get(MESSAGES)).status).toBe(401);
    expect((await new Api(url, good.key).get(MESSAGES)).status).toBe(200);
  });

  it('one that is narrowed may do that alone, and nothing of operators', async () => {
    const narrow = newKey({ permissions: [{ channel: 'orders.*', allow: ['publish', 'history'] }] });
    const api = new Api(await start(narrow), narrow.key);
    expect((await api.post('/api/channels/orders.new/messages', { text: 'x', from: 'shop' })).status).toBe(201);
    expect((await api.get('/api/channels/orders.new/messages')).status).toBe(200);
    for (const path of [MESSAGES, '/api/channels/orders.new/presence', '/api/channels', '/api/connections']) {
      expect((await api.get(path).expect(403)).body).toMatchObject({ code: 'forbidden' });
    }
    expect((await api.post(MESSAGES, { text: 'x' })).status).toBe(403);
  });

  it('one that is no admin may do everything in channels, and nothing of operators', async () => {
    const plain = newKey({ admin: false });
    const api = new Api(await start(plain), plain.key);
    expect((await api.post(MESSAGES, { text: 'x' })).status).toBe(201);
    expect((await api.get('/api/connections')).status).toBe(403);
  });

  it('a guest is still one', async () => {
    const url = await start(newKey());
    expect((await request(url).get(`${MESSAGES}?${SECRET}`)).status).toBe(200);
    expect((await request(url).get(`/api/channels?${SECRET}`)).status).toBe(401);
  });
});
