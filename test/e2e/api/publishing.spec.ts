/** What a backend publishes over HTTP. */
import type { Test } from 'supertest';
import { startBelfry } from '../../support/in-process.ts';
import { Api, keyFile, newKey } from '../../support/api.ts';
import { Client } from '../../support/client.ts';

describe('publishing over HTTP', () => {
  let api: Api;
  let wsUrl: string;
  const MESSAGES = '/api/channels/news/messages';

  beforeEach(async () => {
    const key = newKey();
    const server = await startBelfry({ apiKeysFile: keyFile(key), maxPayload: 2048 });
    ({ wsUrl } = server);
    api = new Api(server.url, key.key);
  });

  function batch(...messages: object[]): Test {
    return api.post(MESSAGES, { messages }).set('Idempotency-Key', 'k2');
  }

  it('is answered when the message is kept, and heard by who listens', async () => {
    const hearer = await Client.joined(`${wsUrl}/ws`, 'news');
    const answer = await api
      .post(MESSAGES, { text: 'shipped', data: { order: 4711, constructor: { a: 1 } } })
      .expect(201);
    expect(answer.body).toEqual({
      channel: 'news',
      epoch: expect.any(String),
      offset: 1,
      at: expect.any(Number),
      duplicate: false,
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect((await hearer.event('message')).data).toMatchObject({ offset: 1, from: 'key:orders', text: 'shipped' });
  });

  it('takes several messages at once, in their order', async () => {
    const messages = Array.from({ length: 100 }, (_each, i) => ({ text: `${i}` }));
    const { body } = await api.post(MESSAGES, { messages }).expect(201);
    const { results } = body as { results: { offset: number }[] };
    expect(results.map(({ offset }) => offset)).toEqual(messages.map((_each, i) => i + 1));
    const history = await api.get(`${MESSAGES}?after=0&limit=500`).expect(200);
    expect((history.body as { messages: { text: string }[] }).messages.map(({ text }) => text)).toEqual(
      messages.map(({ text }) => text),
    );
  });

  it.each(['key', 'data', 'from', 'name'])('takes no null as %s, which is no value', async (property) => {
    const { body } = await api.post(MESSAGES, { text: 'hi', [property]: null }).expect(400);
    expect(body).toMatchObject({ code: 'invalid', errors: [{ property }] });
    await api.post(MESSAGES, { [property]: null }).expect(400);
  });

  it('appends once what is sent again under its Idempotency-Key', async () => {
    const first = await api.post(MESSAGES, { text: 'one' }).set('Idempotency-Key', 'k1').expect(201);
    const again = await api.post(MESSAGES, { text: 'one' }).set('Idempotency-Key', 'k1').expect(200);
    expect(again.body).toEqual({ ...first.body, duplicate: true });
  });

  it('appends a batch once that is sent again, and only what is new of a longer one', async () => {
    const [one, two, three] = [{ text: 'one' }, { text: 'two' }, { text: 'three' }];
    await batch(one, two).expect(201);
    await batch(one, two).expect(200);
    const { body } = await batch(one, two, three).expect(201);
    expect(body).toMatchObject({
      results: [
        { offset: 1, duplicate: true },
        { offset: 2, duplicate: true },
        { offset: 3, duplicate: false },
      ],
    });
  });

  it('lets each message of a batch have a key of its own', async () => {
    const messages = [{ text: 'one', key: 'a' }, { text: 'two' }];
    await api.post(MESSAGES, { messages }).expect(201);
    const { body } = await api.post(MESSAGES, { messages }).expect(201);
    expect(body).toMatchObject({ results: [{ offset: 1, duplicate: true }, { offset: 3 }] });
  });

  it('refuses a key in the header and one in the body', async () => {
    const { body } = await api.post(MESSAGES, { text: 'one', key: 'a' }).set('Idempotency-Key', 'b').expect(400);
    expect(body).toMatchObject({ code: 'invalid', detail: expect.stringContaining('not both') as string });
  });

  it('may be on behalf of somebody', async () => {
    await api.post(MESSAGES, { text: 'hi', from: 'ann', name: 'Ann' }).expect(201);
    await api.post(MESSAGES, { text: 'hi', name: 'The shop' }).expect(201);
    const { body } = await api.get(MESSAGES).expect(200);
    expect(body).toMatchObject({
      messages: [
        { from: 'ann', name: 'Ann' },
        { from: 'key:orders', name: 'The shop' },
      ],
    });
  });

  it.each([
    ['neither text nor data', {}, 'text'],
    ['a text that is too long', { text: 'x'.repeat(4097) }, 'text'],
    ['a text that is none', { text: 7 }, 'text'],
    ['data that is no object', { data: [1] }, 'data'],
    ['an author that is none', { text: 'x', from: '' }, 'from'],
    ['a batch of nothing', { messages: [] }, 'messages'],
    ['a batch that is none', { messages: 'x' }, 'messages'],
    ['a batch with something wrong in it', { messages: [{ text: 'x' }, { text: '' }] }, 'messages.1.text'],
    ['a batch that is too long', { messages: Array.from({ length: 101 }, () => ({ text: 'x' })) }, 'messages'],
  ])('refuses %s, and names the property', async (_name, sent, property) => {
    const { body } = await api.post(MESSAGES, sent).expect(400);
    expect(body).toMatchObject({ status: 400, code: 'invalid' });
    expect((body as { errors: { property: string }[] }).errors.map((error) => error.property)).toContain(property);
    expect((await api.get(MESSAGES)).body).toMatchObject({ last: 0 });
  });

  it('refuses a message that would be too large as a frame, alone or in a batch', async () => {
    const large = { data: { pad: 'x'.repeat(2048) } };
    for (const body of [large, { messages: [{ text: 'small' }, large] }]) {
      const answer = await api.post(MESSAGES, body).expect(413);
      expect(answer.body).toMatchObject({ code: 'too_large' });
    }
    expect((await api.get(MESSAGES)).body).toMatchObject({ last: 0 });
  });

  it('refuses what is nested as deeply as nobody writes', async () => {
    const deep = JSON.parse(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`) as object;
    expect((await api.post(MESSAGES, { data: deep }).expect(400)).body).toMatchObject({ code: 'invalid' });
  });

  it('refuses a channel that has no such name', async () => {
    const { body } = await api.post('/api/channels/a%20b/messages', { text: 'x' }).expect(400);
    expect(body).toMatchObject({ code: 'invalid', errors: [{ property: 'channel' }] });
  });
});
