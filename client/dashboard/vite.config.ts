import { defineConfig } from 'vite';

// Built into a folder of the page: whoever only talks loads nothing of it.
export default defineConfig({
  root: 'client/dashboard',
  base: '/dashboard/',
  publicDir: false,
  build: {
    outDir: '../../dist/page/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
});
