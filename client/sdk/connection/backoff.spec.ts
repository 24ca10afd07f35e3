import { backoff } from './backoff.ts';

const { jest } = import.meta;

afterEach(() => jest.restoreAllMocks());

const waits = (attempts: number[], chance: number): number[] => {
  jest.spyOn(Math, 'random').mockReturnValue(chance);
  return attempts.map(backoff);
};

describe('the wait before coming back', () => {
  it('is anything from nothing on, so that not everybody returns in the same instant', () => {
    expect(waits([0, 1, 5, 50], 0)).toEqual([0, 0, 0, 0]);
  });

  it('may be twice as long after each failure', () => {
    expect(waits([0, 1, 2, 3, 4], 1)).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
  });

  it('never exceeds 20 seconds, after however many failures', () => {
    expect(waits([6, 10, 1_000, 5_000], 1)).toEqual([20_000, 20_000, 20_000, 20_000]);
  });

  it('is spread evenly over the whole span', () => {
    expect([...waits([3], 0.25), ...waits([3], 0.75)]).toEqual([1_000, 3_000]);
  });
});
