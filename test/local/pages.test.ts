import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPages } from '#local/pages.ts';

let dist: string;
beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'omoi-pages-'));
  await mkdir(join(dist, 'web', 'assets'), { recursive: true });
  await mkdir(join(dist, 'docs'));
  await writeFile(join(dist, 'agent.mjs'), 'secret');
  await writeFile(join(dist, 'web', 'index.html'), '<title>console</title>');
  await writeFile(join(dist, 'web', 'assets', 'main-abc.js'), 'run()');
  await writeFile(join(dist, 'docs', 'rapidoc-min.js'), 'docs()');
});
afterAll(() => rm(dist, { recursive: true }));

const get = (path: string) => createPages(dist).request(path);

test.each(['/', '/tickets/TKT-1', '/projects'])('%s is the console', async (path) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-cache');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(await response.text()).toContain('console');
});

test('a built asset is kept for ever: its name carries its content', async () => {
  const response = await get('/assets/main-abc.js');
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(response.headers.get('cache-control')).toContain('immutable');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('the reference is served from here, without any other host', async () => {
  const page = await (await get('/docs')).text();
  expect(page).toContain('/openapi.json');
  expect(page).not.toMatch(/https?:\/\//);
  expect(await (await get('/docs/rapidoc-min.js')).text()).toBe('docs()');
});

test.each([
  '/nothing.js',
  '/assets/',
  '/index.html/below.js',
  '/../agent.mjs',
  '/..%2fagent.mjs',
  '/%2e%2e/agent.mjs',
  '/assets/..%2f..%2fagent.mjs',
  '/docs/..%2fagent.mjs',
  '/..%5c..%5cagent.mjs',
  '/%00.js',
  '/%F0.js',
  `/${'x'.repeat(5000)}.js`,
])('%s shows nothing from outside the build and is no error of ours', async (path) => {
  const response = await get(path);
  expect(await response.text()).not.toContain('secret');
  expect([200, 404]).toContain(response.status);
  if (path.includes('.js')) expect(response.status).toBe(404);
});

test('a checkout that was not built says what to do', async () => {
  const response = await createPages(join(dist, 'missing')).request('/');
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('npm run build');
});
