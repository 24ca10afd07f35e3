import { Reconnects } from './reconnects.ts';

describe('reconnects', () => {
  let now = 0;
  const at = (time: number, action: () => void): void => {
    now = time;
    action();
  };
  const clock = (): Reconnects => new Reconnects(() => now);

  it('are measured from the first sign of a broken line to the last channel, and counted by seconds', () => {
    const reconnects = clock();
    at(0, () => reconnects.lost('ann'));
    at(100, () => reconnects.lost('ann'));
    at(300, () => reconnects.back('ann'));
    at(300, () => reconnects.back('never away'));
    at(2000, () => reconnects.lost('ben'));
    expect(reconnects.missing).toBe(1);
    at(2500, () => reconnects.back('ben'));
    expect(reconnects.figures).toEqual({ count: 2, p50: 300, p99: 500, perSecond: [1, 0, 1] });
  });

  it('are counted in the busiest second, wherever it begins', () => {
    const reconnects = clock();
    for (const [i, time] of [0, 700, 900, 1100, 1699, 1700, 5000].entries()) {
      at(time, () => reconnects.lost(`${i}`));
      at(time, () => reconnects.back(`${i}`));
    }
    expect(reconnects.crowding(0)).toEqual({ count: 7, busiest: 4 });
    expect(reconnects.crowding(1700)).toEqual({ count: 2, busiest: 1 });
  });
});
