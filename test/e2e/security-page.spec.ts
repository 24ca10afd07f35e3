/** SECURITY.md names a test for each attack that it claims something about. All of them exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/root.ts';

/** A row of the table: attack, what the server does, and then tests as `file` "sentence". */
const ROW = /^\| (?<attack>[^|]+?) *\| (?<does>[^|]+?) *\| (?<tests>`test\/[^|]+?) *\|$/gm;
const TEST = /`(?<file>test\/[^`]+)` "(?<sentence>[^"]+)"/g;

const page = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
const rows = [...page.matchAll(ROW)].map(({ groups }) => ({
  attack: groups?.['attack'] ?? '',
  tests: groups?.['tests'] ?? '',
}));

it('SECURITY.md has a row for each attack, and every row that names a file names a test', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(page.match(/^\|.*`test\//gm)).toHaveLength(rows.length);
});

it.each(rows.map(({ attack, tests }) => [attack, tests]))('the tests against "%s" exist', (_attack, tests) => {
  const named = [...tests.matchAll(TEST)];
  expect(named).not.toEqual([]);
  // Nothing but tests stands there, so that none is overlooked for how it is written.
  expect(tests.replaceAll(TEST, '').replaceAll(/[,\s]/g, '')).toBe('');
  for (const { groups } of named) {
    expect(readFileSync(join(ROOT, groups?.['file'] ?? ''), 'utf8')).toContain(groups?.['sentence']);
  }
});
