import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { parse } from 'yaml';
import type { AsyncApi } from './client/docs/document.ts';
import { render } from './client/docs/render.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

/** The page at /docs, made of the document that describes the protocol. */
const docs: Plugin = {
  name: 'docs',
  generateBundle() {
    const document = read('docs/asyncapi.yaml');
    const files = {
      'index.html': render(parse(document) as AsyncApi),
      'docs.css': read('client/page/style/tokens.css') + read('client/docs/docs.css'),
      'asyncapi.yaml': document,
    };
    for (const [name, source] of Object.entries(files)) {
      this.emitFile({ type: 'asset', fileName: `docs/${name}`, source });
    }
  },
};

// The page is built beside the server, where the server finds it at run time.
export default defineConfig({
  root: 'client/page',
  plugins: [docs],
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['client/page/index.html', 'client/page/worker/service-worker.ts'],
      // A service worker is known by its address: it has none with a hash, and stands at the root that it serves.
      output: { entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
  // `npm run dev`: the page comes from Vite, its WebSocket from the server that runs beside it.
  server: { proxy: { '/ws': { target: `ws://localhost:${process.env['PORT'] ?? 8080}`, ws: true } } },
});
