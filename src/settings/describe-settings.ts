/**
 * Writes what people read about the settings: the table in docs/operations.md and .env.example.
 * Relies on the settings table; nothing about a setting is said here.
 * `npm run docs:settings` puts both in place, and a spec fails when they have drifted.
 */
import { SETTINGS } from './settings.ts';

/** What stands around the generated part of a page. */
const START = '<!-- settings:start -->';
const END = '<!-- settings:end -->';

const ENV_EXAMPLE_HEAD = `# Every setting of Belfry with its default. Copy this file to .env, where Belfry starts, and remove the # before what
# you change; what the environment sets already wins. Containers: docker run --env-file .env …
# Made by "npm run docs:settings"; docs/operations.md has the same as a table.
`;

/** The text of `.env.example`: every setting, commented out, with its default. */
export function envExample(): string {
  const entries = SETTINGS.map(
    ({ env, about, notation, default: value = '' }) =>
      `\n# ${about.replaceAll('`', '')}\n# Write ${notation.allowed}.\n#${env}=${value}\n`,
  );
  return ENV_EXAMPLE_HEAD + entries.join('');
}

/** The settings as a Markdown table. */
export function settingsTable(): string {
  const rows = SETTINGS.map(({ env, about, notation, default: value }) => [
    `\`${env}\``,
    value === undefined ? 'not set' : `\`${value}\``,
    notation.allowed,
    about,
  ]);
  const head = [
    ['Variable', 'Default', 'Allowed', 'What it is for'],
    ['---', '---', '---', '---'],
  ];
  return [...head, ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

/**
 * A page with the settings table between its marks; what stands outside them is kept.
 *
 * @throws Error when the page has no marks, or in the wrong order
 */
export function withSettingsTable(page: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`The page has no place for the table: write ${START} and ${END}.`);
  // Prettier would pad every row to the longest one.
  const generated = `${START}\n\n<!-- prettier-ignore -->\n${settingsTable()}\n\n`;
  return page.slice(0, start) + generated + page.slice(end);
}

/** A bar would end the cell. */
function cell(content: string): string {
  return content.replaceAll('|', String.raw`\|`);
}
