/** RFC 6455 sections 5.5.1 and 7: the closing handshake, and codes that must not be on the line. */
import { CLOSE, closeBytes, frameBytes, PING, TEXT } from '../support/wire/frames.ts';
import { RawClient } from '../support/raw-client.ts';
import { startBelfry } from '../support/in-process.ts';
import { openEcho, outcomeOf, outcomesOnBelfry } from './endpoints.ts';

const GOOD = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
const BAD = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

const MALFORMED: readonly [sentence: string, bytes: readonly Buffer[], code: number][] = [
  ['a close frame of one byte (5.5.1)', [frameBytes({ opcode: CLOSE, payload: 'x' })], 1002],
  ['a close frame of 126 bytes (5.5)', [closeBytes(1000, 'x'.repeat(124))], 1002],
  ['a close frame without FIN (5.5)', [frameBytes({ opcode: CLOSE, fin: false })], 1002],
  ['a reason that is no UTF-8 (5.5.1)', [closeBytes(1000, Buffer.from([0xce, 0xba, 0xed, 0xa0, 0x80]))], 1007],
  ['a reason that ends in the middle of a character (5.5.1)', [closeBytes(1000, Buffer.from([0xe2, 0x82]))], 1007],
  ...BAD.map((code): [string, Buffer[], number] => [`the code ${code} (7.4)`, [closeBytes(code, 'why')], 1002]),
];

describe('closing (sections 5.5.1 and 7)', () => {
  it('a close frame without a code is answered with one without a code (5.5.1)', async () => {
    expect(await outcomeOf(await openEcho(), [frameBytes({ opcode: CLOSE })])).toBe('no code');
  });

  it.each(GOOD)('the code %i is sent back, and the server ends the line (5.5.1, 7.1.1)', async (code) => {
    const client = await openEcho();
    client.write(closeBytes(code));
    expect(await client.closeCode()).toBe(code);
    await client.ended();
  });

  it.each([
    ['of 123 bytes, the longest', 'x'.repeat(123)],
    ['of characters of several bytes', '再见'],
  ])('a reason %s is taken (5.5.1)', async (_name, reason) => {
    expect(await outcomeOf(await openEcho(), [closeBytes(1000, reason)])).toBe(1000);
  });

  it.each(MALFORMED)('%s is refused', async (_sentence, bytes, code) => {
    expect(await outcomeOf(await openEcho(), bytes)).toBe(code);
  });

  it.each(['/ws', '/'] as const)('the same holds in each case on %s', async (path) => {
    const expected = Object.fromEntries(MALFORMED.map(([sentence, , code]) => [sentence, code]));
    expect(await outcomesOnBelfry(path, MALFORMED)).toEqual(expected);
  });

  it('what comes behind a close frame is neither handled nor answered (5.5.1)', async () => {
    const client = await openEcho();
    client.write(
      Buffer.concat([
        closeBytes(1000),
        frameBytes({ opcode: TEXT, payload: 'too late' }),
        frameBytes({ opcode: PING, payload: 'too late' }),
        closeBytes(1001),
      ]),
    );
    expect((await client.frame()).opcode).toBe(CLOSE);
    await client.ended();
    await expect(client.frame()).rejects.toThrow('no further frame');
  });

  it('what came before a close frame is done, though nobody hears its answer any more (7.1.1)', async () => {
    const { port } = await startBelfry();
    const leaving = await RawClient.open(port, '/ws');
    await leaving.frame();
    const data = { channel: 'last-words', text: 'goodbye' };
    const published = frameBytes({ opcode: TEXT, payload: JSON.stringify({ event: 'message', id: 1, data }) });
    leaving.write(Buffer.concat([published, closeBytes(1000)]));
    expect(await leaving.closeCode()).toBe(1000);
    await leaving.ended();

    const reader = await RawClient.open(port, '/ws');
    await reader.frame();
    // Its own message is behind the other's: once that is kept, both are.
    reader.send({ event: 'message', id: 1, data: { channel: 'last-words', text: 'hello' } });
    await reader.frame();
    reader.send({ event: 'history', id: 2, data: { channel: 'last-words' } });
    expect((await reader.frame()).payload.toString()).toContain('goodbye');
  });

  it('a line that ends without a closing handshake is let go (7.1.5)', async () => {
    const client = await openEcho();
    client.endWriting();
    await client.ended();
    await expect(client.frame()).rejects.toThrow('no further frame');
  });
});
