import { defineConfig } from 'vite';

// The page is built beside the server, where the server finds it at run time.
export default defineConfig({
  root: 'client/page',
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
