/**
 * Builds an entry of the library in memory, as for a page, and prints `{ code, modules }` as JSON. A process of its own
 * because the bundler's native part does not work inside Jest's sandbox.
 *
 * node bundle.mjs index.ts          an ES module, as an app would bundle it
 * node bundle.mjs outbox.ts sdk     a script that leaves what the entry exports in the global `sdk`
 */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const [entry, global] = process.argv.slice(2);
const input = fileURLToPath(new URL(`../${entry}`, import.meta.url));
const built = await build({
  configFile: false,
  logLevel: 'silent',
  build: {
    write: false,
    target: 'es2022',
    modulePreload: false,
    rolldownOptions: {
      input,
      preserveEntrySignatures: 'strict',
      output: global ? { format: 'iife', name: global } : { format: 'es' },
    },
  },
});
const chunks = built.output.filter(({ type }) => type === 'chunk');
process.stdout.write(
  JSON.stringify({
    code: chunks.map(({ code }) => code).join('\n'),
    modules: chunks.flatMap(({ moduleIds }) => moduleIds),
  }),
);
