import { readFile } from 'node:fs/promises';
import { envExample, settingsTable, withSettingsTable } from './describe-settings.ts';
import { loadSettings } from './load-settings.ts';
import { SETTINGS, settingsWith } from './settings.ts';

const root = new URL('../../', import.meta.url);

describe('what people read about the settings', () => {
  test('in .env.example is what the settings say', async () => {
    const file = await readFile(new URL('.env.example', root), 'utf8');
    expect(verdict('.env.example', file === envExample())).toBe('.env.example is up to date');
  });

  test('in docs/operations.md is what the settings say', async () => {
    const page = await readFile(new URL('docs/operations.md', root), 'utf8');
    expect(verdict('docs/operations.md', page === withSettingsTable(page))).toBe('docs/operations.md is up to date');
  });

  test('in .env.example can be uncommented line by line and changes nothing', () => {
    const lines = envExample().match(/^#[A-Z_]+=.*$/gm) ?? [];
    const env = Object.fromEntries(lines.map((line) => line.slice(1).split('=', 2)));
    expect(Object.keys(env)).toEqual(SETTINGS.map((setting) => setting.env));
    expect(loadSettings(env)).toEqual({ settings: settingsWith({}), warnings: [] });
  });

  test('has one row for each setting: variable, default, what is allowed, what it is for', () => {
    const rows = settingsTable().split('\n');
    expect(rows).toHaveLength(SETTINGS.length + 2);
    expect(rows).toContain(
      '| `PORT` | `8080` | a whole number between 0 and 65535 | The TCP port to listen on; 0 takes any free one. |',
    );
    expect(rows.find((row) => row.includes('| `TLS_CERT_FILE` |'))).toContain('| not set |');
  });

  test('keeps the words around the table', () => {
    const page = withSettingsTable('before\n<!-- settings:start -->what stood here<!-- settings:end -->\nafter\n');
    expect(page).toMatch(/^before\n<!-- settings:start -->\n\n[^]+\n\n<!-- settings:end -->\nafter\n$/);
    expect(page).not.toContain('what stood here');
    expect(withSettingsTable(page)).toBe(page);
  });

  test.each(['no marks', '<!-- settings:end --> <!-- settings:start -->'])('has no place in a page with %s', (page) => {
    expect(() => withSettingsTable(page)).toThrow('write <!-- settings:start --> and <!-- settings:end -->');
  });
});

function verdict(file: string, isUpToDate: boolean): string {
  return isUpToDate ? `${file} is up to date` : `${file} has drifted from src/settings: run "npm run docs:settings"`;
}
