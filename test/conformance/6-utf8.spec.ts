/** RFC 6455 sections 5.6 and 8.1: a text is UTF-8, also where it is cut into frames, and anything else ends the connection with 1007. */
import { frameBytes, messageBytes, TEXT, BINARY } from '../support/wire/frames.ts';
import { RawClient } from '../support/raw-client.ts';
import { echoed, openEcho, outcomeOf, outcomesOnBelfry, startEcho } from './endpoints.ts';

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

const VALID: readonly [sentence: string, bytes: string][] = [
  ['one byte', '24'],
  ['a NUL', '00'],
  ['U+007F, the last of one byte', '7f'],
  ['U+0080, the first of two bytes', 'c2 80'],
  ['U+07FF, the last of two bytes', 'df bf'],
  ['U+0800, the first of three bytes', 'e0 a0 80'],
  ['U+D7FF, the last before the surrogates', 'ed 9f bf'],
  ['U+E000, the first behind the surrogates', 'ee 80 80'],
  ['U+FFFD, the replacement character', 'ef bf bd'],
  ['U+FFFE, which is no character and still UTF-8', 'ef bf be'],
  ['U+FFFF, which is no character and still UTF-8', 'ef bf bf'],
  ['U+10000, the first of four bytes', 'f0 90 80 80'],
  ['U+10FFFF, the last of all', 'f4 8f bf bf'],
  ['a byte order mark', 'ef bb bf'],
  ['κόσμε', 'ce ba e1 bd b9 cf 83 ce bc ce b5'],
];

const INVALID: readonly [sentence: string, bytes: string][] = [
  ['a continuation byte alone', '80'],
  ['two continuation bytes', '80 bf'],
  ['the first byte of two, and no more', 'c2'],
  ['the first two bytes of three, and no more', 'e2 82'],
  ['the first three bytes of four, and no more', 'f0 90 80'],
  ['the first byte of two, and a space', 'c2 20'],
  ['a slash in two bytes', 'c0 af'],
  ['a slash in three bytes', 'e0 80 af'],
  ['a slash in four bytes', 'f0 80 80 af'],
  ['a NUL in two bytes', 'c0 80'],
  ['U+07FF in three bytes', 'e0 9f bf'],
  ['U+FFFF in four bytes', 'f0 8f bf bf'],
  ['the high surrogate U+D800', 'ed a0 80'],
  ['the low surrogate U+DFFF', 'ed bf bf'],
  ['a pair of surrogates', 'ed a0 80 ed b0 80'],
  ['U+110000, behind the last of all', 'f4 90 80 80'],
  ['five bytes', 'f8 88 80 80 80'],
  ['six bytes', 'fc 84 80 80 80 80'],
  ['the byte FE', 'fe'],
  ['the byte FF', 'ff'],
  ['κόσμε, and then a surrogate', 'ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64'],
];

const asText = (bytes: string): Buffer[] => [frameBytes({ opcode: TEXT, payload: hex(bytes) })];
const inPieces = (bytes: string): Buffer[] => messageBytes([...hex(bytes)].map((byte) => Buffer.from([byte])));

describe('UTF-8 (sections 5.6 and 8.1)', () => {
  it.each(VALID)('%s (%s) is taken, in one frame and in a frame for each byte', async (_sentence, bytes) => {
    const client = await openEcho();
    for (const sent of [asText(bytes), inPieces(bytes)]) {
      client.write(Buffer.concat(sent));
      expect((await echoed(client)).equals(hex(bytes))).toBe(true);
    }
  });

  it.each(INVALID)(
    '%s (%s) is refused with 1007, in one frame and in a frame for each byte',
    async (_sentence, bytes) => {
      const port = await startEcho();
      for (const sent of [asText(bytes), inPieces(bytes)]) {
        expect(await outcomeOf(await RawClient.open(port, '/echo'), sent)).toBe(1007);
      }
    },
  );

  it('a character may be cut by a ping (5.4)', async () => {
    const client = await openEcho();
    const [first, last] = messageBytes([hex('f0 9f'), hex('94 94')]) as [Buffer, Buffer];
    expect(await outcomeOf(client, [first])).toBe('open');
    client.write(last);
    expect((await echoed(client)).toString()).toBe('🔔');
  });

  it('a binary message may be anything (5.6)', async () => {
    const client = await openEcho();
    for (const [, bytes] of INVALID) {
      client.write(frameBytes({ opcode: BINARY, payload: hex(bytes) }));
      expect((await echoed(client)).equals(hex(bytes))).toBe(true);
    }
  });

  it.each(['/ws', '/'] as const)('text that is no UTF-8 is refused in each case on %s, too', async (path) => {
    const cases = INVALID.map(([sentence, bytes]) => [sentence, asText(bytes)] as const);
    const expected = Object.fromEntries(INVALID.map(([sentence]) => [sentence, 1007]));
    expect(await outcomesOnBelfry(path, cases)).toEqual(expected);
  });

  it('a binary message that is no UTF-8 is answered on /ws with the error bad_json, and the connection goes on', async () => {
    const cases = INVALID.map(
      ([sentence, bytes]) => [sentence, [frameBytes({ opcode: BINARY, payload: hex(bytes) })]] as const,
    );
    const expected = Object.fromEntries(INVALID.map(([sentence]) => [sentence, 'open']));
    expect(await outcomesOnBelfry('/ws', cases)).toEqual(expected);
  });
});
