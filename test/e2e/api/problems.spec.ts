/** What is refused below /api is a problem document, whoever refuses it. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { CHANNEL_LOG } from '../../../src/engine/channel-log.ts';
import type { ChannelLog } from '../../../src/engine/channel-log.ts';
import { startBelfry } from '../../support/in-process.ts';
import { Api, keyFile, newKey } from '../../support/api.ts';

describe('a problem below /api', () => {
  let api: Api;
  let app: NestFastifyApplication;
  let log: ChannelLog;

  beforeEach(async () => {
    const key = newKey();
    const server = await startBelfry({ apiKeysFile: keyFile(key) });
    ({ app } = server);
    log = app.get<ChannelLog>(CHANNEL_LOG);
    api = new Api(server.url, key.key);
  });

  it.each([
    ['GET', '/api', 404, 'not_found'],
    ['GET', '/api/nothing', 404, 'not_found'],
    ['POST', '/api/channels/news', 404, 'not_found'],
    ['PUT', '/api/channels/news/messages', 405, 'method_not_allowed'],
    ['DELETE', '/api/channels', 405, 'method_not_allowed'],
    ['POST', '/api/channels/news/presence', 405, 'method_not_allowed'],
  ] as const)('%s %s is %i %s', async (method, path, status, code) => {
    const answer = await request(api.url)[method.toLowerCase() as 'get'](path).expect(status);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status,
      code,
      detail: expect.stringMatching(/\.$/),
    });
  });

  it('names the methods that there are', async () => {
    const answer = await request(api.url).put('/api/channels/news/messages').expect(405);
    expect(answer.headers['allow']).toBe('GET, POST');
  });

  it.each([
    ['malformed JSON', 'application/json', '{"text":', 400, 'bad_json'],
    ['an empty body', 'application/json', '', 400, 'bad_json'],
    ['JSON that would change a prototype', 'application/json', '{"__proto__":{"x":1},"text":"x"}', 400, 'bad_json'],
    ['no object', 'application/json', '[1]', 400, 'invalid'],
    ['another media type', 'text/plain', 'hello', 415, 'unsupported_media_type'],
    ['a form', 'application/x-www-form-urlencoded', 'text=hello', 415, 'unsupported_media_type'],
    ['a body that is too large', 'application/json', `{"text":"${'x'.repeat(1024 * 1024)}"}`, 413, 'too_large'],
    [
      'nesting without end',
      'application/json',
      `{"data":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`,
      400,
      'invalid',
    ],
  ])('%s is one', async (_name, type, body, status, code) => {
    const answer = await api.post('/api/channels/news/messages').type(type).send(body);
    expect(answer.body).toMatchObject({ status, code });
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    await api.post('/api/channels/news/messages', { text: 'still there' }).expect(201);
  });

  it('a log that is away is one, and says when to try again', async () => {
    await log.close();
    const answer = await api.post('/api/channels/news/messages', { text: 'x' }).expect(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body).toMatchObject({ code: 'unavailable' });
    const batch = await api
      .post('/api/channels/news/messages', { messages: [{ text: 'x' }, { text: 'y' }] })
      .expect(503);
    expect(batch.body).toMatchObject({
      code: 'unavailable',
      results: [{ code: 'unavailable' }, { code: 'unavailable' }],
    });
    await api.get('/api/channels').expect(503);
  });

  it('a fault of the server is one, which tells nothing of it', async () => {
    app.useLogger(false);
    log.reach = () => Promise.reject(new Error('secret of the inside'));
    const answer = await api.get('/api/channels/news/messages').expect(500);
    expect(answer.body).toMatchObject({ code: 'internal' });
    expect(answer.text).not.toMatch('secret');
  });
});

describe('what is not below /api', () => {
  it('is answered as ever', async () => {
    const { url } = await startBelfry();
    const statuses = ['/ws', '/apiary', '/health/live'].map(async (path) => (await request(url).get(path)).status);
    expect(await Promise.all(statuses)).toEqual([426, 404, 200]);
  });
});
