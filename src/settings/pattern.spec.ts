import { array, assert, constantFrom, property } from 'fast-check';
import { matchesPattern } from './pattern.ts';

/** What a pattern means, word for word: each way of spreading the name over the stars is tried. */
function meaning(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern[0] !== '*') return pattern[0] === name[0] && meaning(pattern.slice(1), name.slice(1));
  return meaning(pattern.slice(1), name) || (name !== '' && meaning(pattern, name.slice(1)));
}

describe('a pattern', () => {
  test.each([
    ['news', 'news', true],
    ['news', 'news2', false],
    ['*', '', true],
    ['room-*', 'room-', true],
    ['room-*', 'a room-1', false],
    ['*.eu', 'news.eu', true],
    ['*.eu', 'newsxeu', false],
    ['a*a', 'a', false],
    ['room-*-*', 'room-1-2', true],
    ['a.c', 'abc', false],
  ])('%s stands for %s: %s', (pattern, name, expected) => {
    expect(matchesPattern(pattern, name)).toBe(expected);
  });

  test('means what it says, whatever stands in it', () => {
    const letters = array(constantFrom('a', 'b', '*'), { maxLength: 8 }).map((chosen) => chosen.join(''));
    assert(
      property(letters, letters, (pattern, name) => {
        expect(matchesPattern(pattern, name)).toBe(meaning(pattern, name));
      }),
      { numRuns: 2000 },
    );
  });

  // As a regular expression this one takes longer than anybody waits: 128 characters are enough.
  test('that is made to take long does not', () => {
    const pattern = `${'a*'.repeat(63)}b`;
    for (let i = 0; i < 10_000; i += 1) expect(matchesPattern(pattern, 'a'.repeat(128))).toBe(false);
  });
});
