import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { defaultGates } from '#core/project/project.ts';
import { minute, runRow, taskRow } from '#test/core/rows.ts';
import {
  asked,
  connected,
  type FrontDoor,
  gated,
  held,
  openFrontDoor,
  submitted,
  told,
} from './front-door.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
beforeEach(async () => {
  await door.clear();
});
afterAll(() => door.close());

test('a submitted ticket runs, has a ledger and is told to the workflow', async () => {
  const ticket = await submitted(door, { title: '  Coupons in the cart ', description: 'Ten percent off.' });
  expect(await door.ok('getTicket', { params: { ticket: ticket.id } })).toMatchObject({
    name: `TKT-${ticket.number}`,
    projectName: 'Shop',
    title: 'Coupons in the cart',
    phase: 'explore',
    status: 'running',
    column: 'spec',
    gates: defaultGates,
    branch: `omoi/TKT-${ticket.number}-coupons-in-the-cart`,
    cost: { limitMicros: 10_000_000, spentMicros: 0, reservedMicros: 0 },
    tasks: { total: 0, done: 0, failed: 0 },
    criteria: { total: 0, proven: 0 },
    pullRequest: null,
  });
  expect(await told(door, ticket)).toEqual(['ticket.submitted.v1']);
});

test('a ticket is found by id, by name in any case and by number', async () => {
  const { id, number } = await submitted(door);
  for (const ref of [id, `TKT-${number}`, `tkt-${number}`, number])
    expect((await door.ok('getTicket', { params: { ticket: ref } })).id).toBe(id);
});

test.each(['TKT-999', '0', '999999999', '99999999999999999999', 'TKT-', 'nope', 'ticket_x', '%00', '%F0'])(
  'there is no ticket %s',
  async (ref) => {
    const response = await door.fetch(`/v1/tickets/${ref}`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'not-found', status: 404 });
  },
);

test('a ticket of a project that does not exist is refused, and nothing is written', async () => {
  await connected(door);
  const body = { projectId: newId('project'), title: 'Lost' };
  expect((await door.refused('submitTicket', { body })).status).toBe(404);
  expect((await door.ok('listTickets')).items).toEqual([]);
});

test('no ticket is accepted while something must be mended first, and it is told what', async () => {
  const project = await connected(door);
  door.obstacles.push('The model key has no value yet.', 'Install the App.');
  const body = { projectId: project.id, title: 'Coupons' };
  const key = 'the same request';
  expect(await door.refused('submitTicket', { body, key })).toMatchObject({
    ...{ status: 409, code: 'not-ready', detail: 'The model key has no value yet. Install the App.' },
    obstacles: ['The model key has no value yet.', 'Install the App.'],
  });
  expect((await door.ok('listTickets')).items).toEqual([]);
  door.obstacles.length = 0;
  expect(await door.ok('submitTicket', { body, key })).toMatchObject({ status: 'running' });
});

test('a ticket may override the gates and the budget of its project', async () => {
  const ticket = await submitted(door, { gates: { design: 'auto' }, budgetMicros: 5 });
  const view = await door.ok('getTicket', { params: { ticket: ticket.id } });
  expect(view.gates).toEqual({ ...defaultGates, design: 'auto' });
  expect(view.cost.limitMicros).toBe(5);
});

test('tickets come newest first, page by page, each once', async () => {
  for (let number = 1; number <= 5; number += 1) await submitted(door, { title: `Ticket ${number}` });
  const seen: string[] = [];
  for (let before: string | null | undefined; before !== null; ) {
    const page = await door.ok('listTickets', { query: { limit: 2, ...(before ? { before } : {}) } });
    seen.push(...page.items.map(({ title }) => title));
    before = page.next;
  }
  expect(seen).toEqual(['Ticket 5', 'Ticket 4', 'Ticket 3', 'Ticket 2', 'Ticket 1']);
  expect((await door.ok('listTickets', { query: { before: 0 } })).items).toEqual([]);
});

test('a page as large as asked for never hides the pages after it', async () => {
  const first = await submitted(door);
  // More rows than the store gives at once, written at once.
  await door.write(async (tx) => {
    for (let more = 0; more < 205; more += 1) {
      const id = newId('ticket');
      await tx.tickets.insert({ ...first, id, number: await tx.tickets.nextNumber() });
      await tx.ledger.open(id, 0);
    }
  });
  const page = await door.ok('listTickets', { query: { limit: 500 } });
  expect(page.items).toHaveLength(200);
  const rest = await door.ok('listTickets', { query: { limit: 500, before: page.next ?? '' } });
  expect(rest.items).toHaveLength(6);
  expect(rest.next).toBeNull();
});

test('tickets are filtered by project and by any of several statuses', async () => {
  const running = await submitted(door);
  const cancelled = await submitted(door);
  await door.ok('cancelTicket', { params: { ticket: cancelled.id }, body: {} });
  const list = async (query: Record<string, string>) =>
    (await door.ok('listTickets', { query })).items.map(({ id }) => id);
  expect(await list({ status: 'running' })).toEqual([running.id]);
  expect(await list({ status: 'running,cancelled' })).toEqual([cancelled.id, running.id]);
  expect(await list({ project: running.projectId, status: 'failed' })).toEqual([]);
  expect(await list({ project: newId('project') })).toEqual([]);
});

test.each([
  { status: 'asleep' },
  { project: 'nope' },
  { limit: '0' },
  { limit: '501' },
  { limit: 'x' },
  { before: '1.5' },
  { before: '99999999999' },
])('a list asked for with %o is refused', async (query) => {
  expect(await door.refused('listTickets', { query })).toMatchObject({ status: 422, code: 'invalid-input' });
});

test('pausing is told once, and resuming answers the runs that were held for it', async () => {
  const ticket = await submitted(door);
  const params = { ticket: ticket.id };
  expect((await door.ok('pauseTicket', { params })).status).toBe('paused');
  expect((await door.ok('pauseTicket', { params })).status).toBe('paused');
  await held(door, ticket, 'paused', 'secret-paused-token');
  await held(door, ticket, 'question', 'secret-question-token');
  expect((await door.ok('resumeTicket', { params })).status).toBe('running');
  expect(await told(door, ticket)).toEqual(['ticket.submitted.v1', 'ticket.paused.v1', 'ticket.resumed.v1']);
  const resumed = (await door.store.view.outbox.list({ ticketId: ticket.id })).at(-1);
  expect(resumed?.data).toEqual({ by: 'Ada', tokens: ['secret-paused-token'] });
});

test('a ticket that waited for a gate waits for it again after a pause', async () => {
  const ticket = await submitted(door);
  const params = { ticket: ticket.id };
  await gated(door, ticket, {});
  expect(await door.ok('pauseTicket', { params })).toMatchObject({ status: 'paused', waitingFor: null });
  expect(await door.ok('resumeTicket', { params })).toMatchObject({ status: 'waiting', waitingFor: 'gate' });
});

test('resuming what is not paused is a conflict', async () => {
  const ticket = await submitted(door);
  expect(await door.refused('resumeTicket', { params: { ticket: ticket.id } })).toMatchObject({
    status: 409,
    code: 'illegal-transition',
    phase: 'explore',
  });
});

test('a cancelled ticket says why, stays cancelled and refuses the rest', async () => {
  const ticket = await submitted(door);
  const params = { ticket: ticket.id };
  const cancelled = await door.ok('cancelTicket', { params, body: { reason: 'Not needed.' } });
  expect(cancelled).toMatchObject({ status: 'cancelled', reason: 'Not needed.', column: 'stopped' });
  expect((await door.ok('cancelTicket', { params })).reason).toBe('Not needed.');
  expect(await told(door, ticket)).toEqual(['ticket.submitted.v1', 'ticket.cancelled.v1']);
  for (const name of ['pauseTicket', 'resumeTicket'] as const)
    expect((await door.refused(name, { params })).status).toBe(409);
  const budget = await door.refused('setBudget', { params, body: { limitMicros: 1 } });
  expect(budget.status).toBe(422);
});

test('a budget of 0 is a ticket that cannot spend, until it is extended', async () => {
  const ticket = await submitted(door, { budgetMicros: 0 });
  const params = { ticket: ticket.id };
  await held(door, ticket, 'budget');
  await door.write(async (tx) => tx.tickets.update({ ...ticket, status: 'waiting', waitingFor: 'budget' }));
  const same = await door.ok('setBudget', { params, body: { limitMicros: 0 } });
  expect(same).toMatchObject({ status: 'waiting', waitingFor: 'budget' });
  const more = await door.ok('setBudget', { params, body: { limitMicros: 7 } });
  expect(more).toMatchObject({ status: 'running', cost: { limitMicros: 7 } });
  const events = await door.store.view.outbox.list({ ticketId: ticket.id });
  const extended = events.filter(({ type }) => type === 'ticket.budget_extended.v1');
  expect(extended.map(({ data }) => data)).toMatchObject([{ tokens: [] }, { tokens: ['held-budget-token'] }]);
});

test('the ceiling cannot go below what is spent and reserved', async () => {
  const ticket = await submitted(door, { budgetMicros: 100 });
  await door.write(async (tx) => {
    const run = runRow({ id: newId('run'), ticketId: ticket.id });
    await tx.runs.insert(run);
    await tx.ledger.reserve(ticket.id, 'spent', 30, run.id, minute(0));
    await tx.ledger.settle('spent', 20, minute(0));
    await tx.ledger.reserve(ticket.id, 'open', 15, run.id, minute(0));
  });
  const params = { ticket: ticket.id };
  expect(await door.refused('setBudget', { params, body: { limitMicros: 34 } })).toMatchObject({
    status: 422,
    limit: 100,
    spent: 20,
    reserved: 15,
  });
  const least = await door.ok('setBudget', { params, body: { limitMicros: 35 } });
  expect(least.cost).toEqual({ limitMicros: 35, spentMicros: 20, reservedMicros: 15 });
});

test('an extended ticket that also waits for an answer goes on waiting for that', async () => {
  const ticket = await submitted(door);
  await asked(door, ticket, await held(door, ticket, 'question'));
  await held(door, ticket, 'budget');
  await door.write(async (tx) => tx.tickets.update({ ...ticket, status: 'waiting', waitingFor: 'budget' }));
  const view = await door.ok('setBudget', {
    params: { ticket: ticket.id },
    body: { limitMicros: 90_000_000 },
  });
  expect(view).toMatchObject({ status: 'waiting', waitingFor: 'question' });
});

test('what failed is tried again at a word, which the builder and the workflow are told', async () => {
  const ticket = await submitted(door);
  const params = { ticket: ticket.id };
  const retry = (comment?: string) =>
    ({ params, ...(comment !== undefined && { body: { comment } }) }) as const;
  // At work, and failed before anything was planned.
  expect((await door.refused('retryTicket', retry())).status).toBe(409);
  const failed = { ...ticket, status: 'failed', reason: 'No task came to an end.' } as const;
  const before = await door.write((tx) => tx.tickets.update(failed));
  expect(await door.refused('retryTicket', retry())).toMatchObject({
    status: 409,
    detail: `TKT-${ticket.number} failed before it had tasks. Submit it again.`,
  });
  const state = { status: 'failed', reason: 'Its tests are red.', at: minute(1) } as const;
  const task = taskRow(1, { id: newId('task'), ticketId: ticket.id, state });
  await door.write((tx) => tx.tasks.insert(task));
  expect((await door.refused('retryTicket', retry(' '))).status).toBe(422);
  expect(await door.ok('retryTicket', retry('Use the fake.'))).toMatchObject({
    status: 'running',
    phase: 'execution',
    reason: null,
  });
  expect(await door.store.view.tasks.list(ticket.id)).toMatchObject([
    { state: { status: 'pending' }, feedback: 'Ada says: Use the fake.\n\nIts tests are red.' },
  ]);
  const [reopened, reworked] = (await door.store.view.outbox.list({ ticketId: ticket.id })).slice(-2);
  expect(reopened).toMatchObject({ type: 'task.reopened.v1', data: { key: 'T1', execution: null } });
  expect(reworked).toMatchObject({
    type: 'ticket.reworked.v1',
    data: { by: 'Ada', tasks: ['T1'], execution: `ticket-${before.id}-r1` },
  });
  // Twice pressed.
  expect((await door.refused('retryTicket', retry())).status).toBe(409);
});
