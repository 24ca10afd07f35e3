import { announcement, authorAt, findText, timeAt } from './announcement.ts';
import { clientFrame } from './client-frames.ts';
import { dialectOf } from './dialects.ts';

describe('an announcement', () => {
  it('has exactly the size that is asked for', () => {
    expect(announcement(0, 0, 64)).toHaveLength(64);
    expect(announcement(99, 9_999_999_999, 4000)).toHaveLength(4000);
  });

  it('tells who published it and when', () => {
    const bytes = Buffer.from(`{"offset":7,"text":"${announcement(63, 1_234_567, 64)}"}`);
    const text = findText(bytes, 0);
    expect(authorAt(bytes, text)).toBe(63);
    expect(timeAt(bytes, text)).toBe(1_234_567);
  });

  it.each(['plain', 'nest', 'socket.io'] as const)('stands where dialect %s says', (name) => {
    const dialect = dialectOf(name);
    expect(dialect.publication(announcement(1, 2, 64), 3).indexOf('@')).toBe(dialect.textAt);
  });
});

describe('a frame of the client', () => {
  it.each([0, 125, 126, 4000])('carries %d bytes under a mask of zeros', (size) => {
    const text = 'x'.repeat(size);
    const frame = clientFrame(text);
    const head = size < 126 ? 2 : 4;
    expect(frame[0]).toBe(0x81);
    expect(frame[1]).toBe(0x80 | (size < 126 ? size : 126));
    expect(frame.subarray(head, head + 4)).toEqual(Buffer.alloc(4));
    expect(frame.toString('latin1', head + 4)).toBe(text);
  });
});
