import { backoff } from './backoff.ts';

describe('the wait before coming back', () => {
  it('is anything from nothing on, so that not everybody returns in the same instant', () => {
    for (const attempt of [0, 1, 5, 50]) expect(backoff(attempt, () => 0)).toBe(0);
  });

  it('may be twice as long after each failure', () => {
    const longest = [0, 1, 2, 3, 4].map((attempt) => backoff(attempt, () => 1));
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  });

  it('never exceeds 20 seconds, after however many failures', () => {
    for (const attempt of [5, 10, 1_000, 5_000]) expect(backoff(attempt, () => 1)).toBe(20_000);
  });

  it('is spread evenly over the whole span', () => {
    expect(backoff(3, () => 0.25)).toBe(2_000);
    expect(backoff(3, () => 0.75)).toBe(6_000);
  });
});
