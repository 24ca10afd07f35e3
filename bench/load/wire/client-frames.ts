/**
 * The frames that a client sends. The mask is zero, which RFC 6455 allows and which costs the load side nothing; the server
 * unmasks them like any other.
 */

/** Opcodes of RFC 6455 that are sent or answered here. */
export const Opcode = { text: 1, close: 8, ping: 9, pong: 10 } as const;

const MASK_LENGTH = 4;
const FIN = 0x80;
const MASKED = 0x80;

/**
 * One whole frame.
 *
 * @param payload fewer than 65,536 bytes; a string must be ASCII
 */
export function clientFrame(payload: string | Buffer, opcode: number = Opcode.text): Buffer {
  const { length } = payload;
  const head = length < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(head + MASK_LENGTH + length);
  frame[0] = FIN | opcode;
  frame[1] = MASKED | (head === 2 ? length : 126);
  if (head === 4) frame.writeUInt16BE(length, 2);
  frame.fill(0, head, head + MASK_LENGTH);
  if (typeof payload === 'string') frame.write(payload, head + MASK_LENGTH, 'latin1');
  else payload.copy(frame, head + MASK_LENGTH);
  return frame;
}
