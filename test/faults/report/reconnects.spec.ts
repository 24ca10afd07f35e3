import { reconnectLines } from './reconnects.ts';

describe('the lines about reconnects', () => {
  it('draw a bar for each second', () => {
    const lines = reconnectLines({ count: 5, p50: 100.4, p99: 250.6, perSecond: [4, 0, 1] });
    expect(lines[0]).toBe('5 reconnects, p50 100 ms, p99 251 ms; per second:');
    expect(lines.slice(1)).toEqual([
      `   0 s     4 ${'█'.repeat(40)}`,
      '   1 s     0',
      `   2 s     1 ${'█'.repeat(10)}`,
    ]);
  });

  it('put seconds together where there are many, and still show the busiest', () => {
    const lines = reconnectLines({ count: 61, p50: 1, p99: 1, perSecond: [...Array.from({ length: 59 }, () => 1), 2] });
    expect(lines[0]).toMatch('per second, the most within each 3 s');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toMatch(/^ {2}57 s +2 █{40}$/);
  });

  it('say so when there were none', () => {
    expect(reconnectLines({ count: 0, p50: 0, p99: 0, perSecond: [] })).toEqual(['no reconnects']);
  });
});
