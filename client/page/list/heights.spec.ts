import * as fc from 'fast-check';
import { Heights } from './heights.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 60 });

it('finds each row at every place that it takes', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: -50, max: 50 }), (all, start) => {
      const heights = new Heights();
      heights.cover(start, start + all.length, (number) => all[number - start] ?? 0);
      let top = 0;
      for (const [index, size] of all.entries()) {
        expect(heights.topOf(start + index)).toBe(top);
        expect(heights.at(top)).toBe(start + index);
        expect(heights.at(top + size - 0.5)).toBe(start + index);
        top += size;
      }
      expect(heights.total).toBe(top);
      expect(heights.at(top + 1)).toBe(start + all.length - 1);
    }),
  );
});

it('keeps what it knows of a row while others come and go at both ends', () => {
  const end = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(fc.array(fc.tuple(end, end), { minLength: 1, maxLength: 8 }), (covers) => {
      const heights = new Heights();
      heights.cover(20, 21, () => 1);
      heights.set(20, 77);
      for (const [before, behind] of covers) heights.cover(20 - before, 21 + behind, () => 10);
      const [before, behind] = covers.at(-1) ?? [0, 0];
      expect(heights.topOf(21) - heights.topOf(20)).toBe(77);
      expect(heights.total).toBe(77 + 10 * (before + behind));
    }),
  );
});

it('says whether a height is news', () => {
  const heights = new Heights();
  heights.cover(0, 2, () => 10);
  expect([heights.set(1, 10), heights.set(1, 12), heights.set(1, 12), heights.set(9, 12)]).toEqual([
    false,
    true,
    false,
    false,
  ]);
});
