/** RFC 6455 section 5.2: how long a frame is, and that what was sent is what arrives. */
import { randomBytes } from 'node:crypto';
import { BINARY, frameBytes, TEXT } from '../support/wire/frames.ts';
import { echoed, openEcho, outcomeOf } from './endpoints.ts';

const KIB = 1024;

describe('framing (section 5.2)', () => {
  it.each([0, 1, 124, 125, 126, 127, 128, 65_535, 65_536, 65_537])(
    'a payload of %i bytes comes back as it was, in a text and in a binary frame',
    async (size) => {
      const client = await openEcho({ maxPayload: 128 * KIB });
      for (const [opcode, payload] of [
        [TEXT, Buffer.alloc(size, 'x')],
        [BINARY, randomBytes(size)],
      ] as const) {
        client.write(frameBytes({ opcode, payload, mask: randomBytes(4) }));
        expect((await echoed(client)).equals(payload)).toBe(true);
      }
    },
  );

  it('a frame may come byte by byte', async () => {
    const client = await openEcho();
    for (const byte of frameBytes({ opcode: TEXT, payload: 'slowly', mask: randomBytes(4) })) {
      client.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await echoed(client)).toString()).toBe('slowly');
  });

  it('many frames may come in one piece', async () => {
    const client = await openEcho();
    const texts = Array.from({ length: 200 }, (_each, i) => `number ${i}`);
    client.write(Buffer.concat(texts.map((payload) => frameBytes({ opcode: TEXT, payload }))));
    for (const text of texts) expect((await echoed(client)).toString()).toBe(text);
  });

  it.each([
    [5, 2],
    [5, 8],
    [200, 8],
  ] as const)(
    'a length of %i that takes %i bytes, more than it needs, is read as what it says: the rule of the shortest binds who sends',
    async (size, lengthBytes) => {
      const client = await openEcho();
      client.write(frameBytes({ opcode: TEXT, payload: Buffer.alloc(size, 'x'), lengthBytes }));
      expect(await echoed(client)).toHaveLength(size);
    },
  );

  it.each([125, 126, 65_535, 65_536])('the server writes the length %i in as few bytes as will do', async (size) => {
    const client = await openEcho({ maxPayload: 128 * KIB });
    client.write(frameBytes({ opcode: TEXT, payload: Buffer.alloc(size, 'x') }));
    const { headerLength } = await client.frame();
    expect(headerLength).toBe(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  });

  it.each([
    ['one byte too long', 1025n],
    ['of 2^31 bytes', 2n ** 31n],
    ['of 2^53 bytes', 2n ** 53n],
    ['of 2^63 bytes, whose first bit must not be set', 2n ** 63n],
    ['of 2^64 - 1 bytes', 2n ** 64n - 1n],
  ])('a frame %s is refused with 1009 as soon as it says so (sections 7.4.1 and 10.4)', async (_name, length) => {
    const client = await openEcho({ maxPayload: KIB });
    client.write(frameBytes({ opcode: BINARY, length }));
    expect(await client.closeCode()).toBe(1009);
  });

  it('a frame as long as it may be is taken', async () => {
    const client = await openEcho({ maxPayload: KIB });
    expect(await outcomeOf(client, [frameBytes({ opcode: BINARY, payload: Buffer.alloc(KIB) })])).toBe('open');
  });

  it('a message is as long as its fragments together: 1009', async () => {
    const client = await openEcho({ maxPayload: KIB });
    const half = Buffer.alloc(KIB / 2);
    client.write(frameBytes({ opcode: BINARY, fin: false, payload: half }));
    client.write(frameBytes({ opcode: 0, fin: false, payload: half }));
    client.write(frameBytes({ opcode: 0, payload: 'x' }));
    expect(await client.closeCode()).toBe(1009);
  });
});
