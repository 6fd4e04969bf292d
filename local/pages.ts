/** The console's files and the API reference, served from the build. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { Hono } from 'hono';
import { headersOf } from './access.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const reference = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>OmoiOS API</title><link rel="icon" href="/icon.svg"></head>
<body>
<rapi-doc spec-url="/openapi.json" load-fonts="false" render-style="read" show-header="false" primary-color="#5652c6" nav-bg-color="#f5f5f7" nav-text-color="#3c3c43" allow-authentication="false" allow-server-selection="false" allow-spec-file-download="true"></rapi-doc>
<script src="/docs/rapidoc-min.js"></script>
</body>
</html>
`;

/** What the file system says of a path that names no file. */
const missing = new Set(['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG']);

/** The path without `%20` and the like; one whose escapes are broken names no file, and is left as it is. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

/** The page of a path: a file of the build, or the console's own page for its routes. Null when there is no build. */
async function fileOf(
  root: string,
  path: string,
): Promise<{ body: Uint8Array<ArrayBuffer>; type: string } | null> {
  const safe = normalize(decoded(path)).replace(/^(\.\.[/\\])+/, '');
  if (safe.includes('\0')) return null;
  for (const candidate of extname(safe) === '' ? ['index.html'] : [safe]) {
    const body = await readFile(join(root, candidate)).catch((error: NodeJS.ErrnoException) => {
      if (missing.has(error.code ?? '')) return null;
      throw error;
    });
    if (body)
      return { body: new Uint8Array(body), type: types[extname(candidate)] ?? 'application/octet-stream' };
  }
  return null;
}

/** Serves the console at `/` and the reference at `/docs`; forms may be posted to GitHub's pages. */
export function createPages(distDir: string, gitHub = 'https://github.com'): Hono {
  const pages = new Hono();
  const pageHeaders = headersOf(gitHub);
  pages.get('/docs', (context) => context.html(reference, 200, { ...pageHeaders }));
  // On one machine nobody signs in, and live updates come from the page's own host.
  pages.get('/config.json', (context) => context.json(null, 200, { ...pageHeaders }));
  pages.get('*', async (context) => {
    const { path } = context.req;
    const root = path.startsWith('/docs/') ? join(distDir, 'docs') : join(distDir, 'web');
    const file = await fileOf(root, path.replace(/^\/docs\//, '/'));
    if (!file)
      return context.text(
        'There is no such page. If this is a fresh checkout, run `npm run build` first.',
        404,
      );
    // Names of built assets carry a hash of their content; pages do not.
    const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    return context.body(file.body, 200, {
      ...pageHeaders,
      'content-type': file.type,
      'cache-control': caching,
    });
  });
  return pages;
}
