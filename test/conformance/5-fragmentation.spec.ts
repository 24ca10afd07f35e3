/** RFC 6455 section 5.4: messages in pieces. */
import { BINARY, CLOSE, frameBytes, messageBytes, PING, PONG, TEXT } from '../support/wire/frames.ts';
import { echoed, openEcho, outcomeOf, outcomesOnBelfry } from './endpoints.ts';

const ping = JSON.stringify({ event: 'ping', type: 'ping' });
const [begun = Buffer.alloc(0)] = messageBytes(['{"event":', '"ping"}']);
const whole = frameBytes({ opcode: TEXT, payload: ping });

const BROKEN: readonly [sentence: string, bytes: readonly Buffer[]][] = [
  ['a continuation of nothing', [frameBytes({ opcode: 0, payload: ping })]],
  ['a continuation of nothing, without FIN', [frameBytes({ opcode: 0, fin: false, payload: ping })]],
  ['an empty continuation of nothing', [frameBytes({ opcode: 0 })]],
  ['a continuation behind a whole message', [whole, frameBytes({ opcode: 0, payload: ping })]],
  [
    'a continuation behind a message in pieces that has ended',
    [...messageBytes(['{}', '']), frameBytes({ opcode: 0 })],
  ],
  ['a new text inside a message', [begun, whole]],
  ['a new binary message inside a text', [begun, frameBytes({ opcode: BINARY, payload: ping })]],
  ['a new text without FIN inside a message', [begun, begun]],
];

describe('fragmentation (section 5.4)', () => {
  it.each([
    ['two pieces', ['Hello, ', 'world']],
    ['pieces of which the first is empty', ['', 'world']],
    ['pieces of which the last is empty', ['Hello', '']],
    ['pieces that are all empty', ['', '', '']],
    ['a hundred pieces', Array.from({ length: 100 }, (_each, i) => `${i},`)],
  ])('a message in %s is put together', async (_name, pieces) => {
    const client = await openEcho();
    client.write(Buffer.concat(messageBytes(pieces)));
    expect((await echoed(client)).toString()).toBe(pieces.join(''));
  });

  it('control frames may come between the pieces (5.4)', async () => {
    const client = await openEcho();
    const [first, second, third] = messageBytes(['a', 'b', 'c'], BINARY) as [Buffer, Buffer, Buffer];
    client.write(
      Buffer.concat([
        first,
        frameBytes({ opcode: PING, payload: '1' }),
        second,
        frameBytes({ opcode: PONG, payload: 'x' }),
        frameBytes({ opcode: PING, payload: '2' }),
        third,
      ]),
    );
    expect((await client.frame()).payload.toString()).toBe('1');
    expect((await client.frame()).payload.toString()).toBe('2');
    expect((await echoed(client)).toString()).toBe('abc');
  });

  it('a close frame between the pieces ends the connection, and the message is never whole (5.5.1)', async () => {
    const client = await openEcho();
    client.write(Buffer.concat([begun, frameBytes({ opcode: CLOSE, payload: Buffer.from([0x03, 0xe8]) })]));
    expect(await client.closeCode()).toBe(1000);
  });

  it.each(BROKEN)('%s is refused with 1002', async (_sentence, bytes) => {
    expect(await outcomeOf(await openEcho(), bytes)).toBe(1002);
  });

  it.each(['/ws', '/'] as const)('the same holds in each case on %s', async (path) => {
    const expected = Object.fromEntries(BROKEN.map(([sentence]) => [sentence, 1002]));
    expect(await outcomesOnBelfry(path, BROKEN)).toEqual(expected);
  });
});
