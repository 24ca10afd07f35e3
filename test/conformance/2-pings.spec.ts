/** RFC 6455 section 5.5: pings are answered at once, whatever else is under way, and pongs that nobody asked for do no harm. */
import { randomBytes } from 'node:crypto';
import { frameBytes, PING, PONG, TEXT } from '../support/wire/frames.ts';
import { echoed, openEcho, outcomeOf } from './endpoints.ts';

describe('pings and pongs (section 5.5)', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('Hello')],
    ['bytes that are no UTF-8', Buffer.from([0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff])],
    ['125 bytes', randomBytes(125)],
  ])('a ping of %s is answered with a pong of the same (5.5.3)', async (_name, payload) => {
    const client = await openEcho();
    client.write(frameBytes({ opcode: PING, payload, mask: randomBytes(4) }));
    const pong = await client.frame();
    expect({ ...pong, payload: pong.payload.toString('hex') }).toMatchObject({
      opcode: PONG,
      fin: true,
      rsv: 0,
      masked: false,
      payload: payload.toString('hex'),
    });
  });

  it('a ping of 125 bytes may come byte by byte', async () => {
    const client = await openEcho();
    const payload = randomBytes(125);
    for (const byte of frameBytes({ opcode: PING, payload })) {
      client.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await client.frame()).payload.equals(payload)).toBe(true);
  });

  it('ten pings at once are answered in their order', async () => {
    const client = await openEcho();
    const payloads = Array.from({ length: 10 }, (_each, i) => `ping ${i}`);
    client.write(Buffer.concat(payloads.map((payload) => frameBytes({ opcode: PING, payload }))));
    for (const payload of payloads) expect((await client.frame()).payload.toString()).toBe(payload);
  });

  it.each([
    ['126', { payload: Buffer.alloc(126) }],
    ['200', { payload: Buffer.alloc(200) }],
    ['5, in a longer notation', { payload: Buffer.alloc(5), lengthBytes: 2 as const }],
    ['70,000', { payload: Buffer.alloc(70_000) }],
  ])(
    'a ping of %s bytes is refused with 1002: control frames have at most 125, in one byte (5.5)',
    async (_name, frame) => {
      expect(await outcomeOf(await openEcho(), [frameBytes({ opcode: PING, ...frame })])).toBe(1002);
    },
  );

  it.each([PING, PONG])('a control frame (%i) without FIN is refused with 1002 (5.5)', async (opcode) => {
    expect(await outcomeOf(await openEcho(), [frameBytes({ opcode, fin: false, payload: 'x' })])).toBe(1002);
  });

  it.each([
    ['without payload', ''],
    ['with a payload', 'nobody asked for it'],
  ])(
    'a pong that nobody asked for, %s, is no answer to anything and is not answered (5.5.3)',
    async (_name, payload) => {
      const client = await openEcho();
      client.write(frameBytes({ opcode: PONG, payload }));
      client.write(frameBytes({ opcode: TEXT, payload: 'next' }));
      expect((await echoed(client)).toString()).toBe('next');
    },
  );

  it('a ping in the middle of a message is answered before that has ended (5.4)', async () => {
    const client = await openEcho();
    client.write(frameBytes({ opcode: TEXT, fin: false, payload: 'first, ' }));
    client.write(frameBytes({ opcode: PING, payload: 'between' }));
    expect((await client.frame()).payload.toString()).toBe('between');
    client.write(frameBytes({ opcode: 0, payload: 'last' }));
    expect((await echoed(client)).toString()).toBe('first, last');
  });
});
