// Writes what is generated from the settings: .env.example and the table in docs/operations.md. Wants a built server.
import { readFile, writeFile } from 'node:fs/promises';

// Not a literal in the import: dist/ is there after the build and not while the sources are checked.
const built = new URL('../dist/settings/describe-settings.js', import.meta.url);
const { envExample, withSettingsTable } = await import(built.href);

const page = new URL('../docs/operations.md', import.meta.url);
await writeFile(new URL('../.env.example', import.meta.url), envExample());
await writeFile(page, withSettingsTable(await readFile(page, 'utf8')));
process.stdout.write('.env.example and docs/operations.md say what the settings say.\n');
