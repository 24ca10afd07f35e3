import { readFile } from 'node:fs/promises';
import { CLOSE_CODES, mayComeBack } from './close-codes.ts';
import { ERROR_CODES } from './error-codes.ts';

describe('docs/protocol.md', () => {
  let page: string;

  beforeAll(async () => {
    page = await readFile(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  });

  it.each(Object.keys(ERROR_CODES))('has a heading for the error %s', (code) => {
    expect(page).toContain(`\n### \`${code}\`\n`);
  });

  it.each(Object.entries(CLOSE_CODES))('has a heading for the close code %s', (name, { code }) => {
    expect(page).toContain(`\n### ${code} \`${name}\`\n`);
  });

  it('has no heading for a code that does not exist', () => {
    const headings = [...page.matchAll(/^### (?:\d+ )?`(\w+)`$/gm)].map(([, name]) => name);
    expect(new Set(headings)).toEqual(new Set([...Object.keys(ERROR_CODES), ...Object.keys(CLOSE_CODES)]));
  });
});

describe('close codes', () => {
  it('tell by their range alone whether to come back', () => {
    expect([1000, 1006, 1012, 4000, 4499, 5000].every(mayComeBack)).toBe(true);
    expect([4500, 4502, 4999].some(mayComeBack)).toBe(false);
  });

  it('have a reason that fits into a close frame (RFC 6455 section 5.5)', () => {
    for (const { reason } of Object.values(CLOSE_CODES)) expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  });
});
