/** A token is over HTTP what it is on a WebSocket: who one is, and what one may do, for as long as it holds. */
import { generateKeyPairSync } from 'node:crypto';
import request from 'supertest';
import { ACTIONS } from '../../../src/protocol/permissions.ts';
import { Api, keyFile, newKey } from '../../support/api.ts';
import { TestStream } from '../../support/event-stream.ts';
import { startBelfry } from '../../support/in-process.ts';
import { SECRET, tokenFor } from '../../support/tokens.ts';

const MESSAGES = '/api/channels/news/messages';
const STREAM = '/api/channels/news/stream';
const GUEST = 'client=0123456789abcdef';

const now = (): number => Math.floor(Date.now() / 1000);

async function api(claims: object = {}, settings: Parameters<typeof startBelfry>[0] = {}): Promise<Api> {
  const { url } = await startBelfry({ authJwtSecret: SECRET, ...settings });
  return new Api(url, await tokenFor({ ...claims }));
}

/** The status of a stream, whose events nobody waits for. */
async function statusOfStream({ url, key }: Api, query = ''): Promise<number | undefined> {
  const stream = await TestStream.open(`${url}${STREAM}${query}`, key === '' ? {} : { Authorization: `Bearer ${key}` });
  stream.cut();
  return stream.response.statusCode;
}

describe('a token over HTTP', () => {
  it('says who one is, without a file of keys', async () => {
    const ann = await api({ name: 'Ann' });
    expect((await ann.get('/api/welcome').expect(200)).body).toMatchObject({ user: { id: 'ann', name: 'Ann' } });
    await ann.post(MESSAGES, { text: 'hi' }).expect(201);
    const { body } = await ann.get(MESSAGES).expect(200);
    expect(body).toMatchObject({ messages: [{ from: 'ann', name: 'Ann', text: 'hi' }] });
    expect((await ann.post(MESSAGES, { text: 'hi', from: 'bob' }).expect(403)).body).toMatchObject({
      code: 'forbidden',
    });
  });

  it('and keys are taken beside each other', async () => {
    const key = newKey();
    const ann = await api({}, { apiKeysFile: keyFile(key) });
    const users = [ann, new Api(ann.url, key.key)].map(async (one) => (await one.get('/api/welcome')).body as object);
    expect(await Promise.all(users)).toMatchObject([{ user: { id: 'ann' } }, { user: { id: 'key:orders' } }]);
  });

  it.each(ACTIONS)('that allows to %s opens the routes for that, in its channels, and no others', async (action) => {
    const some = await api({ permissions: [{ channel: 'new*', allow: [action] }] });
    const statuses = {
      join: await statusOfStream(some),
      publish: (await some.post(MESSAGES, { text: 'x' })).status,
      history: (await some.get(MESSAGES)).status,
      // Nobody keeps count of who is in this channel: that is forbidden to all, in other words.
      presence: /not allowed/.test((await some.get('/api/channels/news/presence')).text) ? 403 : 200,
    };
    const good = { join: 200, publish: 201, history: 200, presence: 200 }[action];
    expect(statuses).toEqual({ join: 403, publish: 403, history: 403, presence: 403, [action]: good });
    await some.get('/api/channels/other/messages').expect(403);
    expect((await some.get('/api/connections').expect(403)).body).toMatchObject({ code: 'forbidden' });
  });

  it('of an admin opens those of operators as well, and speaks for others', async () => {
    const admin = await api({ sub: 'root', admin: true, permissions: [] });
    for (const path of ['/api/channels', '/api/connections', MESSAGES]) await admin.get(path).expect(200);
    expect((await admin.post(MESSAGES, { text: 'hi', from: 'bob' })).status).toBe(201);
  });

  it('that has expired, or is of somebody else, is 401, and says how to prove who one is', async () => {
    const { url } = await api();
    const other = new TextEncoder().encode('x'.repeat(32));
    for (const token of [await tokenFor({ exp: now() - 60 }), await tokenFor({}, { key: other }), 'nonsense']) {
      const answer = await new Api(url, token).get(MESSAGES).expect(401);
      expect(answer.headers['www-authenticate']).toMatch('Bearer');
      expect(answer.body).toMatchObject({ status: 401, code: 'unauthorized' });
    }
  });

  it('that cannot be verified for now is 503, and says when to come back', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const token = await tokenFor({}, { key: privateKey, header: { alg: 'ES256' } });
    const { url } = await startBelfry({ authJwksUrl: 'http://127.0.0.1:1/keys' });
    const answer = await new Api(url, token).get(MESSAGES).expect(503);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(answer.body).toMatchObject({ code: 'unavailable' });
  });

  it('in the address is taken where that is switched on, as an EventSource needs it', async () => {
    const token = await tokenFor();
    const [off, on] = [await api(), await api({}, { authQueryToken: true })];
    expect(await statusOfStream(new Api(off.url, ''), `?token=${token}`)).toBe(401);
    expect(await statusOfStream(new Api(on.url, ''), `?token=${token}`)).toBe(200);
    await request(on.url).get('/api/connections?token=nonsense').expect(401);
  });

  it('ends its stream with 4002 when it expires', async () => {
    const ann = await api({ exp: now() + 1 });
    const stream = await TestStream.open(ann.url + STREAM, { Authorization: `Bearer ${ann.key}` });
    expect((await stream.take(2)).map(({ event, data }) => [event, data['code']])).toEqual([
      ['welcome', undefined],
      ['close', 4002],
    ]);
    await stream.ended;
  });
});

describe('a guest over HTTP', () => {
  it('may do what ANONYMOUS=read allows', async () => {
    const { url } = await api({}, { anonymous: 'read' });
    await request(url).get(`${MESSAGES}?${GUEST}`).expect(200);
    const { body } = await request(url).post(`${MESSAGES}?${GUEST}`).send({ text: 'hi' }).expect(403);
    expect(body).toMatchObject({ code: 'forbidden' });
  });

  it('is nobody under ANONYMOUS=none', async () => {
    const { url } = await api({}, { anonymous: 'none' });
    for (const path of [MESSAGES, STREAM, '/api/welcome']) {
      const answer = await request(url).get(`${path}?${GUEST}`).expect(401);
      expect(answer.headers['www-authenticate']).toMatch('Bearer');
      expect(answer.body).toMatchObject({ code: 'unauthorized' });
    }
  });
});
