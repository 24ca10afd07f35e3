/** COMPRESSION: messages of channels are compressed once for all clients that can inflate them, and are the same to everyone. */
import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { PerMessageDeflateOptions } from 'ws';
import { Client } from '../support/client.ts';
import { startBelfry } from '../support/in-process.ts';
import type { TestServer } from '../support/in-process.ts';
import { RawClient } from '../support/raw-client.ts';

const LONG = 'the bells ring at noon, '.repeat(100);
/** Comes again after more than small windows reach back, and is more than a client inflates at a time. */
const FAR = randomBytes(15_000).toString('base64').repeat(2);
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** Joins `news` by hand, and takes its answers. */
async function rawHearer({ port }: TestServer, offer?: string): Promise<RawClient> {
  const client = await RawClient.open(port, '/ws', offer === undefined ? {} : { 'Sec-WebSocket-Extensions': offer });
  await client.frame();
  client.send({ event: 'join', id: 1, data: { channel: 'news' } });
  await client.frame();
  return client;
}

/** Joins `news` with a client of ws. */
async function hearer({ wsUrl }: TestServer, perMessageDeflate: PerMessageDeflateOptions | boolean): Promise<Client> {
  const client = await Client.open(`${wsUrl}/ws`, [], { perMessageDeflate });
  await client.event('welcome');
  await client.ask('join', { channel: 'news' });
  return client;
}

const textOf = async (client: Client): Promise<unknown> => (await client.event('message')).data?.['text'];

describe('with COMPRESSION', () => {
  let server: TestServer;
  let author: Client;

  const say = async (text: string) => author.ask('message', { channel: 'news', text });

  beforeEach(async () => {
    server = await startBelfry({ compression: true });
    author = await Client.open(`${server.wsUrl}/ws`, [], { perMessageDeflate: false });
    await author.event('welcome');
  });

  it.each([
    ['permessage-deflate', 15],
    ['permessage-deflate; client_max_window_bits', 15],
    ['permessage-deflate; client_no_context_takeover; server_no_context_takeover', 15],
    ['permessage-deflate; server_max_window_bits=15', 15],
    ['permessage-deflate; server_max_window_bits=10', 10],
    ['permessage-deflate; server_max_window_bits=9', 9],
  ])(
    'a client that offers "%s" gets long messages compressed, and short ones as they are',
    async (offer, windowBits) => {
      const client = await rawHearer(server, offer);
      expect(client.header('Sec-WebSocket-Extensions')).toMatch(/^permessage-deflate;.*server_no_context_takeover/);
      await say(LONG);
      await say('short');
      // Twice the same is compressed twice the same: nothing refers to what came before.
      for (const text of [LONG, 'short']) {
        const { rsv1, payload, opcode, fin } = await client.frame();
        expect({ rsv1, opcode, fin }).toEqual({ rsv1: text === LONG, opcode: 1, fin: true });
        const options = { windowBits, finishFlush: constants.Z_SYNC_FLUSH };
        const plain = rsv1 ? inflateRawSync(Buffer.concat([payload, TAIL]), options) : payload;
        expect(JSON.parse(plain.toString())).toMatchObject({ event: 'message', data: { text } });
        expect(payload.length).toBeLessThan(LONG.length / 4);
      }
    },
  );

  it.each([
    ['no extension', undefined, undefined],
    ['an extension that nobody knows', 'x-webkit-deflate-frame', undefined],
    [
      'a window that is too small for zlib',
      'permessage-deflate; server_max_window_bits=8',
      expect.stringContaining('server_max_window_bits=8'),
    ],
  ])('a client that offers %s gets everything plain', async (_name, offer, agreed) => {
    const client = await rawHearer(server, offer);
    const answer = client.header('Sec-WebSocket-Extensions');
    expect(answer).toEqual(agreed);
    await say(LONG);
    const { rsv1, payload } = await client.frame();
    expect(rsv1).toBe(false);
    expect(JSON.parse(payload.toString())).toMatchObject({ data: { text: LONG } });
  });

  it.each([
    'permessage-deflate; server_max_window_bits=16',
    'permessage-deflate; server_max_window_bits',
    'permessage-deflate; nonsense',
    'permessage-deflate; client_no_context_takeover=1',
    ';;;',
  ])('a malformed offer (%s) is refused with 400, and harms nobody', async (offer) => {
    const refused = await RawClient.open(server.port, '/ws', { 'Sec-WebSocket-Extensions': offer });
    expect(refused.answer[0]).toMatch(/^HTTP\/1.1 400 /);
    expect(await say('still here')).toMatchObject({ event: 'ack' });
  });

  it('clients with different windows, and without any, hear the same', async () => {
    const clients = await Promise.all(
      [true, { serverMaxWindowBits: 9 }, { serverMaxWindowBits: 10 }, { serverMaxWindowBits: 8 }, false].map(
        async (offer) => hearer(server, offer),
      ),
    );
    const plain = await Client.open(server.wsUrl);
    await plain.frame();
    for (let i = 0; i < 5; i += 1) await author.ask('message', { channel: 'news', data: { i, FAR } });
    for (const client of clients) {
      for (let i = 0; i < 5; i += 1) expect((await client.event('message')).data).toMatchObject({ data: { i, FAR } });
    }
  });

  it('a client of the plain protocol gets its binary frames compressed, too', async () => {
    const plain = await Client.open(server.wsUrl);
    await plain.frame();
    expect(plain.socket.extensions).toBe('permessage-deflate');
    plain.send({ id: 'Ann', text: LONG });
    expect(await plain.frame()).toEqual({ binary: true, text: JSON.stringify({ id: 'Ann', text: LONG }) });
  });

  it('acks, history, pings and messages may be mixed as they like', async () => {
    const client = await hearer(server, true);
    for (let i = 0; i < 10; i += 1) {
      client.send({ event: 'message', id: `m${i}`, data: { channel: 'news', text: `${i} ${LONG}` } });
      client.send({ event: 'history', id: `h${i}`, data: { channel: 'news', limit: 3 } });
      client.socket.ping();
      client.send({ event: 'ping', id: `p${i}` });
    }
    const texts: unknown[] = [];
    const answers = new Set<unknown>();
    while (texts.length + answers.size < 40) {
      const { id, event, data } = await client.json();
      if (event === 'message') texts.push(data?.['text']);
      else answers.add(id);
      expect(event).not.toBe('error');
    }
    expect(texts).toEqual(texts.map((_each, i) => `${i} ${LONG}`));
    expect(answers.size).toBe(30);
  });

  it('whatever is said comes out as it was, live and out of the history', async () => {
    const clients = [await hearer(server, true), await hearer(server, { serverMaxWindowBits: 9 })];
    const unit = fc.constantFrom('a', 'é', '钟', '🔔', '"', '\\', '\u0000', '\u2028', '\uD800');
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1500, size: 'max' }),
      fc.string({ unit, minLength: 1, maxLength: 1500, size: 'max' }),
      fc
        .tuple(fc.string({ unit, minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 40 }))
        .map(([s, n]) => s.repeat(n)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), async (texts) => {
        await Promise.all(texts.map(say));
        const { data } = await author.ask('history', { channel: 'news', limit: texts.length });
        const kept = ((data?.['messages'] ?? []) as { text: string }[]).map((each) => each.text);
        for (const client of clients) {
          const heard: unknown[] = [];
          for (let i = 0; i < texts.length; i += 1) heard.push(await textOf(client));
          expect(heard).toEqual(kept);
        }
        expect(kept.toSorted()).toEqual(texts.toSorted());
      }),
      { numRuns: 40 },
    );
  });

  it('a client that compresses what it sends is understood', async () => {
    const client = await hearer(server, { threshold: 0 });
    for (let i = 0; i < 5; i += 1) {
      expect(await client.ask('message', { channel: 'news', text: `${i} ${LONG}` })).toMatchObject({ event: 'ack' });
    }
  });

  it('a tiny frame that inflates beyond MAX_PAYLOAD closes its connection with 1009, and no other', async () => {
    const other = await hearer(server, true);
    const bomb = await rawHearer(server, 'permessage-deflate');
    const payload = deflateRawSync(Buffer.alloc(32 * 1024 * 1024), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(
      0,
      -4,
    );
    expect(payload.length).toBeLessThan(64 * 1024);
    bomb.sendFrame(payload, { rsv1: true });
    const { opcode, payload: reason } = await bomb.frame();
    expect({ opcode, code: reason.readUInt16BE(0) }).toEqual({ opcode: 8, code: 1009 });
    await say(LONG);
    expect(await textOf(other)).toBe(LONG);
  });

  it('a frame that says it is compressed and is not closes its connection with 1007', async () => {
    const client = await rawHearer(server, 'permessage-deflate');
    client.sendFrame(Buffer.from('{"event":"ping"}'), { rsv1: true });
    expect((await client.frame()).payload.readUInt16BE(0)).toBe(1007);
  });
});

describe('without COMPRESSION', () => {
  it('the extension is not agreed to, and nobody gets a compressed frame', async () => {
    const server = await startBelfry({ compression: false });
    const client = await rawHearer(server, 'permessage-deflate; client_max_window_bits');
    expect(client.header('Sec-WebSocket-Extensions')).toBeUndefined();
    client.send({ event: 'message', data: { channel: 'news', text: LONG } });
    expect((await client.frame()).rsv1).toBe(false);
  });
});
