import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The console: built to `dist/web`, served by the host at `/`. In development the API is the host's, by proxy. */
export default defineConfig({
  root: here('.'),
  plugins: [react()],
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    // The first that know `light-dark()`; older ones would get a page without colours.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // Nothing is inlined, so that the page runs under `img-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/v1': { target: 'http://127.0.0.1:18000', ws: true },
      '/docs': 'http://127.0.0.1:18000',
    },
  },
});
