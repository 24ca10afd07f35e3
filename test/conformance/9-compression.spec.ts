/** RFC 7692: permessage-deflate under COMPRESSION: what is agreed to, and what compressed frames may look like. */
import { createDeflateRaw, constants, deflateRawSync } from 'node:zlib';
import type { DeflateRaw } from 'node:zlib';
import type { RawClient } from '../support/raw-client.ts';
import { BINARY, frameBytes, PING, TEXT } from '../support/wire/frames.ts';
import { echoed, openEcho, outcomeOf } from './endpoints.ts';

const RSV1 = 4;
/** What is left out of each message (7.2.1). */
const TAIL = 4;
const LONG = 'the bells ring at noon, '.repeat(200);

const open = async (offer: string): Promise<RawClient> =>
  openEcho({ compression: true }, { 'Sec-WebSocket-Extensions': offer });

const deflated = (text: Buffer | string): Buffer =>
  deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -TAIL);

/** 80,000 bytes, of which the first 40 bytes are about a half. */
const TOO_MUCH = deflated('x'.repeat(80_000));

/** The next piece of a stream whose context goes on. */
async function nextOf(stream: DeflateRaw, text: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const take = (chunk: Buffer): void => void chunks.push(chunk);
  stream.on('data', take);
  stream.write(text);
  await new Promise<void>((resolve) => stream.flush(constants.Z_SYNC_FLUSH, resolve));
  stream.off('data', take);
  return Buffer.concat(chunks).subarray(0, -TAIL);
}

describe('agreeing (section 7.1)', () => {
  it.each([
    ['permessage-deflate', /^permessage-deflate; server_no_context_takeover$/],
    ['permessage-deflate; client_max_window_bits', /^permessage-deflate; server_no_context_takeover/],
    ['permessage-deflate; client_max_window_bits=10', /client_max_window_bits=10/],
    ['permessage-deflate; server_max_window_bits=10', /server_max_window_bits=10/],
    // Section 7.1.2.1 has it without leading zeros; what is meant is plain, and the answer is as it should be.
    ['permessage-deflate; server_max_window_bits=010', /server_max_window_bits=10/],
    ['permessage-deflate; client_no_context_takeover', /client_no_context_takeover/],
    ['foo, permessage-deflate', /^permessage-deflate/],
    ['permessage-deflate; server_max_window_bits=10, permessage-deflate', /server_max_window_bits=10/],
  ])('the offer "%s" is agreed to', async (offer, agreed) => {
    expect((await open(offer)).header('Sec-WebSocket-Extensions')).toMatch(agreed);
  });

  it.each([
    'permessage-deflate; server_max_window_bits=7',
    'permessage-deflate; server_max_window_bits=16',
    'permessage-deflate; server_max_window_bits',
    'permessage-deflate; client_max_window_bits=x',
    'permessage-deflate; server_no_context_takeover=1',
    'permessage-deflate; unknown_parameter',
    'permessage-deflate; client_no_context_takeover; client_no_context_takeover',
    'permessage-deflate;',
    '; permessage-deflate',
    'permessage-deflate; client_max_window_bits="10',
  ])('the malformed offer "%s" is refused with 400', async (offer) => {
    expect((await open(offer)).answer[0]).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('compressed messages (section 7.2)', () => {
  it.each([0, 1, 125, 126, 65_535])('a message of %i bytes is taken', async (size) => {
    const client = await open('permessage-deflate');
    client.write(frameBytes({ opcode: TEXT, rsv: RSV1, payload: deflated('x'.repeat(size)) }));
    expect(await echoed(client)).toHaveLength(size);
  });

  it('an empty message is one byte of zero (7.2.3.6)', async () => {
    const client = await open('permessage-deflate');
    client.write(frameBytes({ opcode: TEXT, rsv: RSV1, payload: Buffer.from([0x00]) }));
    expect(await echoed(client)).toHaveLength(0);
  });

  it('a message may stay plain (6.1)', async () => {
    const client = await open('permessage-deflate');
    for (const rsv of [0, RSV1, 0]) {
      client.write(frameBytes({ opcode: TEXT, rsv, payload: rsv ? deflated(LONG) : LONG }));
      expect((await echoed(client)).toString()).toBe(LONG);
    }
  });

  it('a compressed message may come in pieces, with control frames between them (6.1)', async () => {
    const client = await open('permessage-deflate');
    const payload = deflated(LONG);
    client.write(frameBytes({ opcode: BINARY, fin: false, rsv: RSV1, payload: payload.subarray(0, 10) }));
    client.write(frameBytes({ opcode: PING, payload: 'between' }));
    expect((await client.frame()).payload.toString()).toBe('between');
    client.write(frameBytes({ opcode: 0, payload: payload.subarray(10) }));
    expect((await echoed(client)).toString()).toBe(LONG);
  });

  it('a client may keep its context from message to message (7.1.1.2)', async () => {
    const client = await open('permessage-deflate');
    const stream = createDeflateRaw();
    const sizes: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const payload = await nextOf(stream, LONG);
      sizes.push(payload.length);
      client.write(frameBytes({ opcode: TEXT, rsv: RSV1, payload }));
      expect((await echoed(client)).toString()).toBe(LONG);
    }
    expect(sizes[1]).toBeLessThan(Number(sizes[0]));
    stream.close();
  });

  it('a block with BFINAL set ends no connection (7.2.3.4)', async () => {
    const client = await open('permessage-deflate');
    for (let i = 0; i < 2; i += 1) {
      const payload = Buffer.concat([deflateRawSync('last'), Buffer.from([0x00])]);
      client.write(frameBytes({ opcode: TEXT, rsv: RSV1, payload }));
      expect((await echoed(client)).toString()).toBe('last');
    }
  });

  it('a block without compression is taken (7.2.3.3)', async () => {
    const client = await open('permessage-deflate');
    const payload = deflateRawSync(LONG, { level: 0, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -TAIL);
    client.write(frameBytes({ opcode: TEXT, rsv: RSV1, payload }));
    expect((await echoed(client)).toString()).toBe(LONG);
  });

  it.each([
    [
      'RSV1 in a continuation (6.1)',
      [frameBytes({ opcode: TEXT, fin: false }), frameBytes({ opcode: 0, rsv: RSV1 })],
      1002,
    ],
    ['RSV1 in a ping (6.1)', [frameBytes({ opcode: PING, rsv: RSV1 })], 1002],
    ['RSV1 and another reserved bit', [frameBytes({ opcode: TEXT, rsv: 6, payload: deflated('x') })], 1002],
    ['bytes that are no DEFLATE', [frameBytes({ opcode: TEXT, rsv: RSV1, payload: 'not compressed' })], 1007],
    [
      'a text that inflates to no UTF-8',
      [frameBytes({ opcode: TEXT, rsv: RSV1, payload: deflated(Buffer.from([0xed, 0xa0, 0x80])) })],
      1007,
    ],
    [
      'a text that inflates beyond MAX_PAYLOAD',
      [frameBytes({ opcode: TEXT, rsv: RSV1, payload: deflated(Buffer.alloc(10_000_000)) })],
      1009,
    ],
    [
      'pieces that only together inflate beyond MAX_PAYLOAD',
      [
        frameBytes({ opcode: TEXT, fin: false, rsv: RSV1, payload: TOO_MUCH.subarray(0, 40) }),
        frameBytes({ opcode: 0, payload: TOO_MUCH.subarray(40) }),
      ],
      1009,
    ],
  ] as const)('%s is refused', async (_sentence, bytes, code) => {
    expect(await outcomeOf(await open('permessage-deflate'), bytes)).toBe(code);
  });

  it('RSV1 is refused with 1002 where nothing was agreed to (5.2 of RFC 6455)', async () => {
    const client = await openEcho({ compression: true });
    expect(await outcomeOf(client, [frameBytes({ opcode: TEXT, rsv: RSV1, payload: deflated('x') })])).toBe(1002);
  });
});
