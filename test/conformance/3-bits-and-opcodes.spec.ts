/** RFC 6455 sections 5.1 and 5.2: bits and opcodes that mean nothing, and frames that are not masked, end the connection with 1002. */
import { randomBytes } from 'node:crypto';
import { BINARY, frameBytes, PING, TEXT } from '../support/wire/frames.ts';
import type { FrameToSend } from '../support/wire/frames.ts';
import { openEcho, outcomeOf, outcomesOnBelfry } from './endpoints.ts';

const ping = JSON.stringify({ event: 'ping', type: 'ping' });
const some = (frame: FrameToSend): Buffer => frameBytes({ mask: randomBytes(4), payload: ping, ...frame });

const RESERVED_OPCODES = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];

const CASES: readonly [sentence: string, bytes: readonly Buffer[]][] = [
  ...[1, 2, 3, 4, 5, 6, 7].map((rsv): [string, Buffer[]] => [
    `a text with the reserved bits ${rsv.toString(2).padStart(3, '0')} (5.2)`,
    [some({ opcode: TEXT, rsv })],
  ]),
  ['a reserved bit in a frame behind a good one (5.2)', [some({ opcode: TEXT }), some({ opcode: BINARY, rsv: 2 })]],
  ['a reserved bit in a continuation (5.2)', [some({ opcode: TEXT, fin: false }), some({ opcode: 0, rsv: 1 })]],
  ['a reserved bit in a ping (5.2)', [some({ opcode: PING, rsv: 4 })]],
  ['a reserved bit in a close frame (5.2)', [frameBytes({ opcode: 8, rsv: 1, payload: Buffer.from([0x03, 0xe8]) })]],
  ...RESERVED_OPCODES.flatMap((opcode): [string, Buffer[]][] => [
    [`the reserved opcode ${opcode} without a payload (5.2)`, [some({ opcode, payload: '' })]],
    [`the reserved opcode ${opcode} behind a good frame (5.2)`, [some({ opcode: TEXT }), some({ opcode })]],
  ]),
  ['a text that is not masked (5.1)', [frameBytes({ opcode: TEXT, payload: ping, mask: false })]],
  ['an empty text that is not masked (5.1)', [frameBytes({ opcode: TEXT, mask: false })]],
  ['a ping that is not masked (5.1)', [frameBytes({ opcode: PING, mask: false })]],
  ['a close frame that is not masked (5.1)', [frameBytes({ opcode: 8, mask: false })]],
  [
    'a continuation that is not masked (5.1)',
    [some({ opcode: TEXT, fin: false }), frameBytes({ opcode: 0, payload: ping, mask: false })],
  ],
];

describe('bits and opcodes', () => {
  it.each(CASES)('%s is refused with 1002', async (_sentence, bytes) => {
    expect(await outcomeOf(await openEcho(), bytes)).toBe(1002);
  });

  it.each(['/ws', '/'] as const)('the same holds in each case on %s', async (path) => {
    const expected = Object.fromEntries(CASES.map(([sentence]) => [sentence, 1002]));
    expect(await outcomesOnBelfry(path, CASES)).toEqual(expected);
  });

  it('what follows a frame that failed the connection is not looked at any more (7.1.7)', async () => {
    const client = await openEcho();
    client.write(Buffer.concat([some({ opcode: 3 }), some({ opcode: PING })]));
    expect(await client.closeCode()).toBe(1002);
    await client.ended();
    await expect(client.frame()).rejects.toThrow('no further frame');
  });
});
