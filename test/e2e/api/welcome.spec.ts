/** Who one is over HTTP: the same as over a WebSocket. */
import request from 'supertest';
import { Api, keyFile, newKey } from '../../support/api.ts';
import { Client } from '../../support/client.ts';
import { TestStream } from '../../support/event-stream.ts';
import { startBelfry } from '../../support/in-process.ts';
import { SECRET, shown, tokenFor } from '../../support/tokens.ts';

const GUEST = 'name=Ann&client=0123456789abcdef';

it('welcomes a guest over HTTP as it does on a WebSocket', async () => {
  const { url, wsUrl } = await startBelfry();
  const client = await Client.open(`${wsUrl}/ws?${GUEST}`);
  const { connection: _connection, ...welcome } = (await client.event('welcome')).data as Record<string, unknown>;
  const { body } = await request(url).get(`/api/welcome?${GUEST}`).expect(200).expect('Cache-Control', 'no-store');
  expect(body).toEqual(welcome);
});

it('says how long a token holds, in ms from now on, as a WebSocket and a stream do, and nothing of the kind to a guest', async () => {
  const { url, wsUrl } = await startBelfry({ authJwtSecret: SECRET });
  const token = await tokenFor({ exp: Math.floor(Date.now() / 1000) + 60 });
  const [shownIt, guest] = await Promise.all([
    Client.open(`${wsUrl}/ws`, [], shown(token).options),
    Client.open(`${wsUrl}/ws`),
  ]);
  const headers = { Authorization: `Bearer ${token}` };
  const stream = await TestStream.open(`${url}/api/channels/news/stream`, headers);
  const { body } = await request(url).get('/api/welcome').set(headers).expect(200);
  const welcomes = [body, (await shownIt.event('welcome')).data, (await stream.next())?.data];
  for (const { expiresIn } of welcomes as Array<{ expiresIn: number }>) {
    expect(expiresIn).toBeGreaterThan(0);
    expect(expiresIn).toBeLessThanOrEqual(60_000);
  }
  expect((await guest.event('welcome')).data).not.toHaveProperty('expiresIn');
});

it('tells a key who it is, also one that may do little', async () => {
  const key = newKey({ id: 'orders', permissions: [{ channel: 'orders', allow: ['publish'] }] });
  const { url } = await startBelfry({ apiKeysFile: keyFile(key) });
  const { body } = await new Api(url, key.key).get('/api/welcome').expect(200);
  expect(body).toMatchObject({ user: { id: expect.stringContaining('orders') } });
});

it('says that it is not known who one is, as everything below /api does', async () => {
  const { url } = await startBelfry({ apiKeysFile: keyFile(newKey()) });
  const answer = await new Api(url, newKey().key).get('/api/welcome').expect(401);
  expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'cache-control': 'no-store' });
  expect(answer.body).toMatchObject({ status: 401, code: 'unauthorized' });
});
