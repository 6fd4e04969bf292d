import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { defaultBudgetMicros, defaultGates } from '#core/project/project.ts';
import { connected, type FrontDoor, heldByForge, openFrontDoor, submitted, told } from './front-door.ts';

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

test('a branch that does not exist is refused with a sentence, and nothing changes or goes on', async () => {
  const project = await connected(door);
  const ticket = await submitted(door);
  const token = await heldByForge(door, ticket);
  const before = [await events(), await told(door, ticket)];
  const body = { defaultBranch: 'gone', name: 'Other' };
  expect(await door.refused('updateProject', { params: { id: project.id }, body })).toMatchObject({
    status: 422,
    detail: '/srv/shop has no branch gone.',
  });
  expect(await door.ok('getProject', { params: { id: project.id } })).toEqual(project);
  expect([await events(), await told(door, ticket)]).toEqual(before);
  expect(await door.store.view.tickets.get(ticket.id)).toMatchObject({ hold: { token } });
});

test('a branch that exists ends the trouble about the old one, and lets go on what waited for it', async () => {
  const { id } = await connected(door);
  const ticket = await submitted(door);
  const token = await heldByForge(door, ticket);
  await door.write(async (tx) => {
    const project = await tx.projects.get(id);
    if (project) await tx.projects.update({ ...project, trouble: 'The branch main was deleted.' });
  });
  door.forge.repos.set('/srv/shop', { branch: 'trunk', commit: 'b'.repeat(40) });
  const changed = await door.ok('updateProject', { params: { id }, body: { defaultBranch: 'trunk' } });
  expect(changed).toMatchObject({ defaultBranch: 'trunk', trouble: null });
  expect(await door.store.view.tickets.get(ticket.id)).toMatchObject({ status: 'running', hold: null });
  const resumed = (await door.store.view.outbox.list({ ticketId: ticket.id })).at(-1);
  expect(resumed).toMatchObject({ type: 'ticket.resumed.v1', data: { tokens: [token] } });
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

test('a policy that no network is there for is refused with what to do, and nothing changes', async () => {
  door.networks.splice(0, door.networks.length, 'registries');
  const shop = { name: 'Shop', repo: '/srv/shop' };
  const refusal = {
    ...{ status: 422, code: 'invalid-input', networks: ['registries'] },
    detail:
      'This installation has no network for sandboxes of the policy open, which the project Shop asks for. Choose registries in its settings, or deploy with `-c networks=registries,open`.',
  };
  expect(await door.refused('connectProject', { body: { ...shop, network: 'open' } })).toMatchObject(refusal);
  expect((await door.ok('listProjects')).items).toEqual([]);
  const project = await door.ok('connectProject', { body: shop });
  const change = { params: { id: project.id }, body: { network: 'open' } };
  expect(await door.refused('updateProject', change)).toMatchObject(refusal);
  expect(await door.ok('getProject', { params: { id: project.id } })).toEqual(project);
  door.networks.push('open');
  expect(await door.ok('updateProject', change)).toMatchObject({ network: 'open' });
});

test('a project whose network was taken away takes no ticket, the health page says why, and other changes go on', async () => {
  const { id } = await door.ok('connectProject', {
    body: { name: 'Shop', repo: '/srv/shop', network: 'none' },
  });
  expect((await door.ok('health')).warnings).toEqual([]);
  door.networks.splice(0, door.networks.length, 'registries');
  const why = expect.stringContaining('no network for sandboxes of the policy none, which the project Shop');
  expect(await door.ok('health')).toMatchObject({ networks: ['registries'], warnings: [why] });
  const ticket = { body: { projectId: id, title: 'Coupons' } };
  expect(await door.refused('submitTicket', ticket)).toMatchObject({
    ...{ status: 409, code: 'not-ready', obstacles: [why] },
  });
  const both = { name: 'The shop', network: 'none' };
  await door.ok('updateProject', { params: { id }, body: both });
  await door.ok('updateProject', { params: { id }, body: { network: 'registries' } });
  await door.ok('submitTicket', ticket);
});

test('another policy lets go on what the platform paused for want of a network, and nothing that a person paused', async () => {
  const { id } = await door.ok('connectProject', { body: { name: 'Shop', repo: '/srv/shop' } });
  const [held, paused] = [
    await door.ok('submitTicket', { body: { projectId: id, title: 'Coupons' } }),
    await door.ok('submitTicket', { body: { projectId: id, title: 'Parcels' } }),
  ];
  for (const ticket of [held, paused]) await door.ok('pauseTicket', { params: { ticket: ticket.name } });
  await door.store.transaction(async (tx) => {
    const row = await tx.tickets.get(held.id);
    if (row) await tx.tickets.update({ ...row, hold: { why: 'No network.', at: door.now, token: null } });
  });
  const stands = async () => (await door.ok('listTickets')).items.map(({ status }) => status);
  await door.ok('updateProject', { params: { id }, body: { name: 'The shop' } });
  expect(await stands()).toEqual(['paused', 'paused']);
  await door.ok('updateProject', { params: { id }, body: { network: 'open' } });
  expect(await stands()).toEqual(['paused', 'running']);
});
