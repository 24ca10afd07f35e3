// Writes docs/asyncapi.yaml from the server's types and checks; with --check it only says whether the file is what they say.
// Wants a built server.
import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { documentOf } from './asyncapi/document.mjs';

const file = new URL('../docs/asyncapi.yaml', import.meta.url);
const HEAD = '# Generated from the types of the protocol and the DTOs: npm run docs:asyncapi. Changes belong there.\n';

const text = HEAD + stringify(await documentOf(), { aliasDuplicateObjects: false, lineWidth: 120 });
if (process.argv.includes('--check')) {
  const drifted = text !== (await readFile(file, 'utf8'));
  process.stdout.write(
    `docs/asyncapi.yaml ${drifted ? 'has drifted: run "npm run docs:asyncapi"' : 'is up to date'}\n`,
  );
  process.exitCode = drifted ? 1 : 0;
} else {
  await writeFile(file, text);
  process.stdout.write('docs/asyncapi.yaml says what the types and the DTOs say.\n');
}
