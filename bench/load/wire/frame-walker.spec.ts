import { clientFrame } from './client-frames.ts';
import { FrameWalker } from './frame-walker.ts';

/** A frame as a server sends it. */
function serverFrame(payload: Buffer, first = 0x82): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** What a walker reports of these chunks. */
function walk(chunks: readonly Buffer[]): string[] {
  const seen: string[] = [];
  const walker = new FrameWalker(({ opcode, compressed }, bytes, start, end) =>
    seen.push(`${opcode}${compressed ? 'z' : ''}:${bytes.toString('latin1', start, end)}`),
  );
  for (const chunk of chunks) {
    walker.push(chunk);
    // The next read overwrites it.
    chunk.fill(0xff);
  }
  return seen;
}

const payloads = [0, 1, 125, 126, 300].map((length) => Buffer.alloc(length, 'abcdefg'));
const stream = Buffer.concat([
  ...payloads.map((payload) => serverFrame(payload)),
  serverFrame(Buffer.from('ping'), 0x89),
  serverFrame(Buffer.from('deflated'), 0xc1),
]);
const expected = [...payloads.map((payload) => `2:${payload.toString()}`), '9:ping', '1z:deflated'];

describe('the walker of frames', () => {
  it('reports every frame of one chunk, once and whole', () => {
    expect(walk([Buffer.from(stream)])).toEqual(expected);
  });

  it('reports the same wherever the stream is cut in two', () => {
    for (let cut = 1; cut < stream.length; cut += 1) {
      expect(walk([Buffer.from(stream.subarray(0, cut)), Buffer.from(stream.subarray(cut))])).toEqual(expected);
    }
  });

  it('reports the same when every byte comes alone', () => {
    expect(walk(Array.from(stream, (byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it('reads lengths of eight bytes, cut or not', () => {
    const large = serverFrame(Buffer.alloc(70_000, 'x'));
    const small = serverFrame(Buffer.from('after'));
    const both = Buffer.concat([large, small]);
    for (const cut of [0, 1, 2, 9, 10, 11, 65_000, large.length - 1, large.length, large.length + 1]) {
      const [first, second] = walk([Buffer.from(both.subarray(0, cut)), Buffer.from(both.subarray(cut))]);
      expect(first).toHaveLength(70_002);
      expect(second).toBe('2:after');
    }
  });

  it('walks only the part of a chunk that it is told of', () => {
    const seen: string[] = [];
    const walker = new FrameWalker((_frame, bytes, start, end) => seen.push(bytes.toString('latin1', start, end)));
    const chunk = Buffer.concat([Buffer.from('HTTP'), serverFrame(Buffer.from('one')), Buffer.from('stale')]);
    walker.push(chunk, 4, 4 + 5);
    expect(seen).toEqual(['one']);
  });

  it('refuses what it could only count wrongly', () => {
    expect(() => walk([Buffer.from([0x02, 1, 65])])).toThrow('fragments');
    expect(() => walk([clientFrame('masked')])).toThrow('masked');
  });
});
