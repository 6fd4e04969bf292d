import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { problemResponse } from '#functions/api/problems.ts';
import { headersOf, isLocalHost, isOwnOrigin, onlyThisMachine } from '#local/access.ts';

test.each(['127.0.0.1', '127.0.0.1:18000', 'localhost', 'LOCALHOST:1', '[::1]', '[::1]:18000'])(
  '%s is this machine',
  (host) => {
    expect(isLocalHost(host)).toBe(true);
  },
);

test.each([
  undefined,
  '',
  'evil.example',
  '127.0.0.1.evil.example',
  'localhost.evil.example:18000',
  'evil.example:127.0.0.1',
  '127.0.0.1@evil.example',
  '0.0.0.0:18000',
  '192.168.1.2',
  '::1',
])('%s is not this machine', (host) => {
  expect(isLocalHost(host)).toBe(false);
});

test('a request without an origin comes from a program, with the own one from our page', () => {
  expect(isOwnOrigin(undefined, 'localhost:18000')).toBe(true);
  expect(isOwnOrigin('http://localhost:18000', 'localhost:18000')).toBe(true);
});

test.each([
  'http://evil.example',
  'http://localhost:3000',
  'http://localhost',
  'http://127.0.0.1:18000',
  'http://localhost:18000.evil.example',
  'null',
  '',
  'file://',
])('the origin %s is another site', (origin) => {
  expect(isOwnOrigin(origin, 'localhost:18000')).toBe(false);
  expect(isOwnOrigin(origin, undefined)).toBe(false);
});

test('a request from elsewhere is refused before a handler sees it', async () => {
  const seen: string[] = [];
  const app = new Hono();
  app.use(onlyThisMachine);
  app.all('*', (context) => {
    seen.push(context.req.path);
    return context.text('ok');
  });
  app.onError(problemResponse);
  const ask = async (headers: Record<string, string>) =>
    (await app.request('/v1/tickets', { method: 'POST', headers })).status;
  expect(await ask({ host: 'localhost:18000' })).toBe(200);
  expect(await ask({ host: 'localhost:18000', origin: 'http://localhost:18000' })).toBe(200);
  expect(await ask({ host: 'evil.example' })).toBe(403);
  expect(await ask({ host: 'localhost:18000', origin: 'http://evil.example' })).toBe(403);
  expect(await ask({})).toBe(403);
  expect(seen).toHaveLength(2);
});

test('pages run no code but their own and stand in no frame', () => {
  const policy = headersOf('https://github.com')['content-security-policy'];
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src|unsafe-eval|\*/);
});
