import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { mayCall } from '#core/api/access.ts';
import { connected, type FrontDoor, heldByForge, openFrontDoor, submitted } from './front-door.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
beforeEach(() => door.clear());
afterAll(() => door.close());

const consoleUrl = 'http://127.0.0.1:18000/settings';
const begin = (body: object = {}, as = 'Ada') =>
  door.ok('beginGitHubApp', { body: { consoleUrl, ...body }, as });
const finish = (state: string, as = 'Ada') => ({ body: { code: 'code1', state }, as });
const token = 'github_pat_11ABCDEFG0123456789';

test('a manifest asks for what a ticket needs and no more, and sends the person back to the console', async () => {
  const { url, manifest, state } = await begin();
  expect(url).toBe(`https://github.com/settings/apps/new?state=${state}`);
  expect(JSON.parse(manifest)).toMatchObject({
    redirect_url: consoleUrl,
    public: false,
    default_permissions: {
      ...{ metadata: 'read', contents: 'write', pull_requests: 'write', checks: 'write', issues: 'write' },
    },
  });
  expect(manifest).not.toContain('hook_attributes');
  const other = await begin({ baseUrl: 'https://git.acme.test/', organization: 'acme' });
  expect(other.url).toMatch(/^https:\/\/git\.acme\.test\/organizations\/acme\/settings\/apps\/new\?state=/);
  expect(other.state).not.toBe(state);
});

test('what GitHub sends back connects the App, once', async () => {
  const { state } = await begin({ baseUrl: 'https://git.acme.test' });
  expect(await door.ok('finishGitHubApp', finish(state))).toMatchObject({ kind: 'app', connectedBy: 'Ada' });
  expect(door.github.grants).toEqual([
    expect.objectContaining({ apiUrl: 'https://git.acme.test/api/v3', code: 'code1', by: 'Ada' }),
  ]);
  expect(await door.refused('finishGitHubApp', finish(state))).toMatchObject({
    status: 409,
    detail: 'This answer of GitHub was used already. Start again.',
  });
  expect(door.github.grants).toHaveLength(1);
});

test('twins that come back at once connect once', async () => {
  const { state } = await begin();
  const answers = await Promise.all([1, 2, 3].map(() => door.ask('finishGitHubApp', finish(state))));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  expect(door.github.grants).toHaveLength(1);
});

test.each([
  ['was made up', () => Promise.resolve('made-up')],
  ['is of another person', async () => (await begin({}, 'Grace')).state],
  [
    'is older than an hour',
    async () => {
      const { state } = await begin();
      door.now = new Date(Date.parse(door.now) + 3_600_001).toISOString();
      return state;
    },
  ],
])('a state that %s connects nothing', async (_, stateOf) => {
  const problem = await door.refused('finishGitHubApp', finish(await stateOf()));
  expect(problem).toMatchObject({ status: 422, detail: expect.stringContaining('Start again.') });
  expect(door.github.grants).toEqual([]);
});

test('a token is handed on, and is in no answer, event, row or log', async () => {
  const body = { token: ` ${token}\n` };
  const answer = await door.ok('connectGitHubToken', { body, key: 'one' });
  expect(answer).toMatchObject({ kind: 'token', as: 'ada' });
  expect(door.github.grants).toMatchObject([
    { token, apiUrl: 'https://api.github.com', webhookSecret: null },
  ]);
  expect(JSON.stringify([answer, door.logged, await door.store.view.outbox.list({})])).not.toContain(token);
  expect(await door.store.view.answers.get('api:connectGitHubToken', 'one')).toBeNull();
});

test('what is no token, and an Enterprise Server without TLS, is refused without being repeated', async () => {
  const bad = await door.refused('connectGitHubToken', { body: { token: 'pass word' } });
  expect(bad).toMatchObject({ status: 422, detail: 'token: is no token of GitHub' });
  expect(JSON.stringify(bad)).not.toContain('pass word');
  for (const baseUrl of ['http://git.acme.test', 'http://169.254.169.254', 'ftp://git.acme.test', 'nonsense'])
    expect((await door.refused('connectGitHubToken', { body: { token, baseUrl } })).status, baseUrl).toBe(
      422,
    );
  expect(door.github.grants).toEqual([]);
});

test('who disconnects is named, nothing is connected then, and a second time does no harm', async () => {
  await door.ok('connectGitHubToken', { body: { token } });
  const farewell = { by: 'Grace', at: door.now };
  for (const times of [1, 2]) {
    expect(await door.ok('disconnectGitHub', { as: 'Grace' })).toMatchObject({ kind: 'none', as: null });
    expect(door.github.farewells).toEqual(Array(times).fill(farewell));
  }
  expect(await door.ok('getGitHub')).toMatchObject({ kind: 'none' });
});

test.each([
  ['a token', () => door.ok('connectGitHubToken', { body: { token }, as: 'Grace' })],
  ['an App', async () => door.ok('finishGitHubApp', finish((await begin({}, 'Grace')).state, 'Grace'))],
])('connecting by %s lets go on what the forge held, once, and leaves what is paused', async (_, connect) => {
  const [ticket, paused] = [await submitted(door), await submitted(door)];
  const waiting = await heldByForge(door, ticket);
  await heldByForge(door, paused, 'paused');
  for (let times = 1; times <= 2; times += 1) {
    await connect();
    const now = await door.store.view.tickets.get(ticket.id);
    expect(now).toMatchObject({ status: 'running', waitingFor: null, hold: null });
    const events = await door.store.view.outbox.list({ ticketId: ticket.id });
    const resumed = events.filter(({ type }) => type === 'ticket.resumed.v1');
    expect(resumed).toMatchObject([{ actor: 'Grace', data: { by: 'Grace', tokens: [waiting] } }]);
  }
  expect(await door.store.view.tickets.get(paused.id)).toMatchObject({ status: 'paused' });
});

test('what is refused as a credential lets nothing go on', async () => {
  const ticket = await submitted(door);
  const waiting = await heldByForge(door, ticket);
  await door.refused('connectGitHubToken', { body: { token: 'pass word' } });
  await door.refused('finishGitHubApp', finish('made-up'));
  expect(await door.store.view.tickets.get(ticket.id)).toMatchObject({ hold: { token: waiting } });
});

test('a project says whether its repository is within reach', async () => {
  const { id } = await connected(door);
  expect(await door.ok('checkProject', { params: { id } })).toEqual({
    ...{ ok: true, problem: null, defaultBranch: 'main' },
  });
  door.forge.repos.delete('/srv/shop');
  expect(await door.ok('checkProject', { params: { id } })).toEqual({
    ok: false,
    problem: '/srv/shop is not a git repository.',
    defaultBranch: null,
  });
});

test('only admins connect; everybody may see how it stands', () => {
  for (const path of ['app', 'app/finish', 'token', 'disconnect'].map((one) => `/v1/github/${one}`)) {
    expect(mayCall('approver', 'POST', path)).toBe(false);
    expect(mayCall('admin', 'POST', path)).toBe(true);
  }
  expect(mayCall('viewer', 'GET', '/v1/github')).toBe(true);
});

test('the description of the API names the routes', async () => {
  const text: unknown = await (await door.fetch('/openapi.json')).json();
  const { paths } = z.looseObject({ paths: z.record(z.string(), z.unknown()) }).parse(text);
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/v1/github', '/v1/github/app', '/v1/github/app/finish', '/v1/github/token']),
  );
});

test('a deployment for one GitHub Enterprise Server makes its App there, says so, and refuses any other', async () => {
  const own = await openFrontDoor({ github: { apiUrl: 'https://git.acme.test/api/v3', anyServer: false } });
  try {
    expect(await own.ok('getGitHub')).toMatchObject({ onlyServer: 'https://git.acme.test' });
    const there = { consoleUrl, baseUrl: 'https://git.acme.test' };
    const { url, state } = await own.ok('beginGitHubApp', { body: there });
    expect(url).toMatch(/^https:\/\/git\.acme\.test\/settings\/apps\/new\?state=/);
    const finished = await own.ok('finishGitHubApp', { body: { code: 'code1', state } });
    expect(finished).toMatchObject({ kind: 'app', onlyServer: 'https://git.acme.test' });
    expect(own.github.grants).toMatchObject([{ apiUrl: 'https://git.acme.test/api/v3' }]);
    const elsewhere = { body: { consoleUrl, baseUrl: 'https://github.com' } };
    expect((await own.refused('beginGitHubApp', elsewhere)).detail).toContain('-c githubApi=');
  } finally {
    await own.close();
  }
  expect(await door.ok('getGitHub')).toMatchObject({ onlyServer: null });
});
