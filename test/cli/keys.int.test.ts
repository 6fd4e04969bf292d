import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { testWorld, type } from './world.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let host: TestHost;
beforeAll(async () => {
  folder = await temporaryFolder();
  host = await openTestHost(folder.path);
});
afterAll(async () => {
  await host.close();
  await folder.remove();
});

const omoi = (args: readonly string[], vars: Record<string, string> = {}) =>
  type(testWorld({ vars: { OMOI_URL: host.url, ...vars } }), ...args);

test('a key is made, acts under its name and role, and opens nothing once it is revoked', async () => {
  expect((await omoi(['keys', 'list'])).out).toBe('No keys.\n');
  const made = await omoi(['keys', 'create', 'ci', '--role', 'viewer', '--days', '7']);
  expect(made).toMatchObject({ code: 0, err: expect.stringContaining('It acts as ci (viewer) until') });
  const key = made.out.trim();
  expect(key).toMatch(/^omoi_[\w-]{43}$/);

  const asKey = { headers: { authorization: `Bearer ${key}` } };
  expect((await fetch(`${host.url}/v1/tickets`, asKey)).status).toBe(200);
  expect((await fetch(`${host.url}/v1/github/token`, { ...asKey, method: 'POST', body: '{}' })).status).toBe(
    403,
  );
  const refused = await omoi(['keys', 'list'], { OMOI_API_KEY: key });
  expect(refused.err).toContain('The role of this key is viewer, which does not allow this.');

  const { out } = await omoi(['keys', 'list']);
  expect(out).toMatch(/^omoi_\S{5}… {2}ci {2}viewer {2}made \S+ by ada {2}used /);
  expect(out).not.toContain(key);
  expect((await omoi(['keys', 'revoke', key.slice(0, 10)])).out).toContain('(ci) is revoked.');
  expect((await fetch(`${host.url}/v1/tickets`, asKey)).status).toBe(403);
  const again = await omoi(['keys', 'revoke', 'ci']);
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining('There is no key ci.') });
});

test('what a key decides is written under its name', async () => {
  const made = await omoi(['keys', 'create', 'robot', '--role', 'admin']);
  const response = await fetch(`${host.url}/v1/keys`, {
    method: 'POST',
    headers: { 'x-api-key': made.out.trim() },
    body: JSON.stringify({ name: 'second', role: 'viewer' }),
  });
  expect(await response.json()).toMatchObject({ createdBy: 'robot' });
});

test('days that are none are said before anything is made', async () => {
  const { code, err } = await omoi(['keys', 'create', 'x', '--days', 'soon']);
  expect([code, err]).toEqual([2, expect.stringContaining('must be a number of days')]);
});
