import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { defaultBudgetMicros, defaultGates } from '#core/project/project.ts';
import { connected, type FrontDoor, openFrontDoor } from './front-door.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
beforeEach(async () => {
  await door.clear();
});
afterAll(() => door.close());

const events = async () => (await door.store.view.outbox.list({})).map(({ type }) => type);

test('a connected repository takes the defaults and the branch that its HEAD names', async () => {
  const response = await door.ask('connectProject', { body: { name: 'Shop', repo: '/srv/shop' } });
  expect(response.status).toBe(201);
  const { items } = await door.ok('listProjects');
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    name: 'Shop',
    defaultBranch: 'main',
    gates: defaultGates,
    budgetMicros: defaultBudgetMicros,
    ceremony: 'auto',
    network: 'registries',
  });
  expect(await events()).toEqual(['project.connected.v1']);
});

test('what is no repository, or lacks the branch, is refused with a sentence and leaves no trace', async () => {
  const body = { name: 'Nowhere', repo: '/srv/nowhere' };
  expect(await door.refused('connectProject', { body })).toMatchObject({
    status: 422,
    code: 'invalid-input',
    detail: '/srv/nowhere is not a git repository.',
  });
  const branch = { name: 'Shop', repo: '/srv/shop', defaultBranch: 'gone' };
  expect((await door.refused('connectProject', { body: branch })).status).toBe(422);
  expect((await door.ok('listProjects')).items).toEqual([]);
  expect(await events()).toEqual([]);
});

test('a repository is connected once', async () => {
  const { id } = await connected(door);
  const again = { name: 'Shop again', repo: '/srv/shop' };
  expect(await door.refused('connectProject', { body: again })).toMatchObject({
    status: 409,
    code: 'illegal-transition',
    projectId: id,
  });
  expect((await door.ok('listProjects')).items).toHaveLength(1);
});

test('a change keeps what it does not name', async () => {
  const { id } = await connected(door);
  const changed = await door.ok('updateProject', {
    params: { id },
    body: { name: 'The shop', gates: { tasks: 'human' }, parallelTasks: 2 },
  });
  expect(changed).toMatchObject({
    name: 'The shop',
    repo: '/srv/shop',
    gates: { ...defaultGates, tasks: 'human' },
    parallelTasks: 2,
  });
  expect(await door.ok('getProject', { params: { id } })).toEqual(changed);
  expect(await events()).toEqual(['project.connected.v1', 'project.updated.v1']);
});

test('a project that does not exist, or cannot, is not found', async () => {
  for (const id of [newId('project'), newId('ticket'), 'nope', '%00'])
    expect(await door.refused('getProject', { params: { id } })).toMatchObject({ status: 404 });
  expect((await door.refused('updateProject', { params: { id: 'nope' }, body: {} })).status).toBe(404);
});

test.each([
  ['an unknown field', { colour: 'red' }],
  ['an unknown command', { commands: { tests: 'npm test' } }],
  ['an empty command', { commands: { test: '' } }],
  ['a name of spaces', { name: '   ' }],
  ['a negative budget', { budgetMicros: -1 }],
  ['half a micro-dollar', { budgetMicros: 0.5 }],
  ['no parallel task at all', { parallelTasks: 0 }],
  ['a gate mode that is none', { gates: { design: 'maybe' } }],
])('%s is refused by name, and nothing is connected', async (_what, extra) => {
  const body = { name: 'Shop', repo: '/srv/shop', ...extra };
  const problem = await door.refused('connectProject', { body });
  expect(problem).toMatchObject({ status: 422, code: 'invalid-input' });
  expect(problem.issues).toHaveLength(1);
  expect((await door.ok('listProjects')).items).toEqual([]);
});
