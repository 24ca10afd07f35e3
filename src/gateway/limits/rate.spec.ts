import { array, assert, integer, nat, property } from 'fast-check';
import { Rate } from './rate.ts';

describe('a rate', () => {
  it('gives ten seconds’ worth at once, then one at a time, and says when there is a second’s worth again', () => {
    const rate = new Rate(3);
    for (let i = 0; i < 30; i += 1) expect(rate.take('ann', 1000)).toBe(0);
    expect(rate.take('ann', 1000)).toBe(1334);
    // It is there, and given to nobody who would overtake the one that was refused.
    expect(rate.take('ann', 2333)).toBe(1);
    for (let i = 0; i < 4; i += 1) expect(rate.take('ann', 2334)).toBe(0);
    expect(rate.take('ann', 2334)).toBeGreaterThan(1000);
    expect(rate.take('bob', 2334)).toBe(0);
  });

  it('gives never more than its burst and what time has brought, and always after the wait that it named', () => {
    const steps = array(nat(3000), { maxLength: 200 });
    assert(
      property(integer({ min: 1, max: 50 }), steps, (perSecond, pauses) => {
        const rate = new Rate(perSecond);
        let [now, taken] = [0, 0];
        for (const pause of pauses) {
          now += pause;
          const wait = rate.take('ann', now);
          now += wait;
          // Who had to wait asks again; who did not has been given one already.
          expect(wait > 0 ? rate.take('ann', now) : wait).toBe(0);
          taken += 1;
          expect(taken).toBeLessThanOrEqual(10 * perSecond + (now * perSecond) / 1000 + 0.01);
        }
      }),
    );
  });

  it('without a limit gives everything, and remembers nobody', () => {
    const rate = new Rate(Infinity);
    for (let i = 0; i < 10_000; i += 1) expect(rate.take(`name ${i}`, 0)).toBe(0);
    expect(rate.size).toBe(0);
  });

  it('forgets by itself who has taken nothing for a while', () => {
    const rate = new Rate(1);
    for (let i = 0; i < 1000; i += 1) rate.take(`early ${i}`, 0);
    for (let i = 0; i < 1000; i += 1) rate.take(`late ${i}`, 20_000);
    expect(rate.size).toBeLessThanOrEqual(1000);
  });

  it('remembers so many names and no more, however many come at once', () => {
    const rate = new Rate(1, 100);
    for (let i = 0; i < 10_000; i += 1) {
      rate.take(`name ${i}`, 0);
      expect(rate.size).toBeLessThanOrEqual(100);
    }
  });
});
