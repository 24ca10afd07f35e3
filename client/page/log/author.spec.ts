import { initialOf, tintOf } from './author.ts';

it.each([
  ['ann', 'A'],
  ['林晓', '林'],
  ['👩‍👩‍👧 family', '👩‍👩‍👧'],
  ['é', 'É'],
  ['', ''],
])('takes the first character of %j as a reader sees it', (name, initial) => {
  expect(initialOf(name)).toBe(initial);
});

it('gives a name the same colour every time, and different names different ones', () => {
  const names = ['Ann', 'Bob', '林晓', '王小明', 'Eve', 'Tom', 'Zoë', '用户1234', '用户1235'];
  const tints = names.map(tintOf);
  expect(names.map(tintOf)).toEqual(tints);
  expect(new Set(tints).size).toBeGreaterThan(3);
  expect(tints.every((tint) => Number.isInteger(tint) && tint >= 0 && tint < 6)).toBe(true);
});
