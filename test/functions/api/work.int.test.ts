import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { TaskId } from '#core/id.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { merged } from '#test/core/merge/merged.ts';
import { digest, minute, runRow, sha, taskRow } from '#test/core/rows.ts';
import { requirements } from '#test/core/spec/samples.ts';
import { type FrontDoor, gated, held, openFrontDoor, submitted, told } from './front-door.ts';

let door: FrontDoor;
let ticket: Ticket;
beforeAll(async () => {
  door = await openFrontDoor();
});
beforeEach(async () => {
  await door.clear();
  ticket = await submitted(door);
});
afterAll(() => door.close());

const params = () => ({ ticket: ticket.id });

async function task(number = 1): Promise<TaskId> {
  const id = newId('task');
  await door.write((tx) => tx.tasks.insert({ ...taskRow(number), id, ticketId: ticket.id }));
  return id;
}

async function run(over: Parameters<typeof runRow>[0] = {}) {
  const id = newId('run');
  await door.write((tx) => tx.runs.insert(runRow({ id, ticketId: ticket.id, ...over })));
  return id;
}

test('tasks and runs name each other by key, and show no token', async () => {
  const taskId = await task(4);
  const runId = await run({ taskId, role: 'builder', token: 'secret-run-token' });
  expect((await door.ok('listTasks', { params: params() })).items).toMatchObject([
    { key: 'T4', status: 'pending' },
  ]);
  expect(await door.ok('getRun', { params: { id: runId } })).toMatchObject({
    taskKey: 'T4',
    status: 'requested',
  });
  const response = await door.ask('listRuns', { params: params() });
  expect(await response.text()).not.toContain('secret');
});

test('who is at work is told until its lease is over, though nobody removed it', async () => {
  const agent = {
    ...{ runId: await run(), attempt: 1, kind: 'agent' as const, role: 'builder' as const },
    ...{ ticketId: ticket.id, ticket: 'TKT-1', task: 'T4', doing: 'npm test', turn: 3 },
    ...{ since: minute(0), at: minute(1), until: minute(2) },
  };
  await door.agents.beat(agent);
  door.now = minute(1);
  expect((await door.ok('listAgents')).items).toEqual([agent]);
  door.now = minute(2);
  expect((await door.ok('listAgents')).items).toEqual([]);
});

test('a task that waits to be merged says its place, with whom it is checked, and shows no token', async () => {
  const [first, second] = [await task(1), await task(2)];
  for (const [index, taskId] of [first, second].entries()) {
    const merge = {
      tip: sha('b'),
      bundle: 'w',
      message: 'm',
      authorName: 'a',
      authorEmail: 'e',
      date: minute(0),
    };
    const place = index + 1;
    const runId = await run({ taskId, role: 'builder' });
    await door.write((tx) =>
      tx.merges.insert({
        ...{
          runId,
          ticketId: ticket.id,
          taskId,
          key: `T${place}`,
          generation: 1,
          place,
          base: sha('a'),
          merge,
        },
        ...{ token: 'secret', state: { status: 'waiting' }, since: minute(1), version: 0 },
      }),
    );
  }
  const response = await door.ask('listTasks', { params: params() });
  const text = await response.text();
  expect(text).not.toContain('secret');
  expect(JSON.parse(text).items).toMatchObject([
    { key: 'T1', queue: { position: 1, batch: [], why: 'Is checked next.' } },
    { key: 'T2', queue: { position: 2 } },
  ]);
});

test('a run that does not exist has no journal', async () => {
  for (const id of [newId('run'), 'nope']) {
    expect((await door.refused('getRun', { params: { id } })).status).toBe(404);
    expect((await door.refused('listSteps', { params: { id } })).status).toBe(404);
    expect((await door.refused('steerRun', { params: { id }, body: { text: 'Stop.' } })).status).toBe(404);
  }
});

test('a journal is read page by page, in order', async () => {
  const id = await run();
  await door.write(async (tx) => {
    for (let seq = 1; seq <= 5; seq += 1)
      await tx.journal.append(id, {
        seq,
        attempt: 1,
        body: { kind: 'note', text: `n${seq}` },
        at: minute(seq),
      });
  });
  const first = await door.ok('listSteps', { params: { id }, query: { limit: 3 } });
  expect(first).toMatchObject({ items: [{ seq: 1 }, { seq: 2 }, { seq: 3 }], next: '3' });
  const rest = await door.ok('listSteps', { params: { id }, query: { limit: 3, after: first.next ?? '' } });
  expect(rest).toMatchObject({ items: [{ seq: 4 }, { seq: 5 }], next: null });
  expect((await door.refused('listSteps', { params: { id }, query: { after: 99_999_999_999 } })).status).toBe(
    422,
  );
});

test('an agent that is at work can be steered; a check and an ended run cannot', async () => {
  const id = await run();
  await door.ok('steerRun', { params: { id }, body: { text: ' Use cents. ' }, as: 'Grace' });
  expect((await door.store.view.notes.steering(id)).map(({ text }) => text)).toEqual(['Use cents.']);
  expect(await told(door, ticket)).toContain('run.steered.v1');
  const commands = { purpose: 'final' as const, head: sha('a'), works: [], commands: {} };
  const check = await run({ kind: 'check', role: 'verifier', check: commands });
  const outcome = { type: 'failed' as const, reason: 'stuck' as const, message: '' };
  const ended = await run({ state: { status: 'ended', outcome, at: minute(1), startedAt: null } });
  for (const other of [check, ended])
    expect((await door.refused('steerRun', { params: { id: other }, body: { text: 'Stop.' } })).status).toBe(
      409,
    );
  expect((await door.refused('steerRun', { params: { id }, body: { text: ' ' } })).status).toBe(422);
});

test('documents carry their Markdown, and a version is compared with the one before it', async () => {
  await gated(door, ticket, requirements);
  const [first, ...others] = requirements.requirements;
  const changed = { ...requirements, requirements: [{ ...first, title: 'Take a coupon' }, ...others] };
  const gate = await gated(door, ticket, changed);
  const { items } = await door.ok('listDocuments', { params: params() });
  expect(items.map(({ version, approved }) => [version, approved])).toEqual([
    [1, false],
    [2, false],
  ]);
  expect(items[1]?.markdown).toContain('Take a coupon');
  const id = gate.documentId;
  const diff = await door.ok('diffDocument', { params: { id } });
  expect(diff).toMatchObject({ from: 1, to: 2 });
  expect(JSON.stringify(diff.diff)).toContain('Take a coupon');
  expect(await door.ok('diffDocument', { params: { id: items[0]?.id ?? '' } })).toMatchObject({
    from: null,
    to: 1,
  });
  expect((await door.refused('diffDocument', { params: { id }, query: { against: 9 } })).status).toBe(404);
  expect((await door.refused('getDocument', { params: { id: newId('document') } })).status).toBe(404);
});

async function approved() {
  const gate = await gated(door, ticket, requirements);
  const { documentId, documentHash: hash } = gate;
  await door.ok('approveGate', { params: { id: gate.id }, body: { hash } });
  const row = await door.store.view.tickets.get(ticket.id);
  if (row)
    await door.write((tx) => tx.tickets.update({ ...row, approved: { requirements: { documentId, hash } } }));
}

const newText = 'When a shopper enters a known coupon code, the cart shall subtract its value in cents.';

test('a changed requirement is a new approved version; a new criterion gets the next id', async () => {
  await approved();
  const [kept] = requirements.requirements[0]?.criteria ?? [];
  const document = await door.ok('changeRequirement', {
    params: { ...params(), requirement: 'REQ-1' },
    body: { text: newText, criteria: [kept, { text: 'SAVE20 lowers 1000 to 800', kind: 'example' }] },
  });
  expect(document).toMatchObject({ kind: 'requirements', version: 2, approved: true });
  expect(document.markdown).toContain(newText);
  expect(document.markdown).toContain('REQ-1.3');
  expect(await told(door, ticket)).toContain('ticket.requirement_changed.v1');
});

test('a change that breaks a rule, or of what is not there, is refused and writes nothing', async () => {
  const body = { text: newText, criteria: [{ text: 'SAVE20 lowers 1000 to 800', kind: 'example' }] };
  const early = await door.refused('changeRequirement', {
    params: { ...params(), requirement: 'REQ-1' },
    body,
  });
  expect(early.status).toBe(404);
  await approved();
  const other = await door.refused('changeRequirement', {
    params: { ...params(), requirement: 'REQ-9' },
    body,
  });
  expect(other).toMatchObject({ status: 422, known: ['REQ-1', 'REQ-2'] });
  const broken = { ...body, text: 'Coupons are nice.' };
  const rule = await door.refused('changeRequirement', {
    params: { ...params(), requirement: 'REQ-1' },
    body: broken,
  });
  expect(rule.status).toBe(422);
  expect((await door.ok('listDocuments', { params: params() })).items).toHaveLength(1);
});

test('evidence is listed without its blob, and its log is plain text', async () => {
  const runId = await run();
  const id = newId('evidence');
  await door.write((tx) =>
    tx.evidence.insert({
      ...{ id, ticketId: ticket.id, taskId: null, runId, criteria: [], commit: sha('a'), tests: null },
      ...{ purpose: 'baseline', name: 'test', command: 'npm test', exitCode: 0, durationMs: 5 },
      ...{ logBlob: 'runs/secret/log', logDigest: digest('a'), verdict: 'passed', at: minute(1) },
      ...{ attempt: 1, proof: null },
    }),
  );
  const list = await door.ask('listEvidence', { params: params() });
  const text = await list.text();
  expect(text).toContain(id);
  expect(text).not.toContain('runs/secret');
  expect((await door.refused('getEvidenceLog', { params: { ...params(), id } })).status).toBe(404);
  door.blobs.set('runs/secret/log', '<b>1 passed</b>');
  const log = await door.ask('getEvidenceLog', { params: { ...params(), id } });
  expect(log.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await log.text()).toBe('<b>1 passed</b>');
  const other = newId('evidence');
  expect((await door.refused('getEvidenceLog', { params: { ...params(), id: other } })).status).toBe(404);
});

test('costs are told by run', async () => {
  const id = await run();
  await door.write(async (tx) => {
    await tx.ledger.reserve(ticket.id, 'a', 50, id, minute(0));
    await tx.ledger.settle('a', 20, minute(0));
  });
  expect(await door.ok('getCosts', { params: params() })).toMatchObject({
    spentMicros: 20,
    reservedMicros: 0,
    byRun: [{ runId: id, role: 'explorer', costMicros: 20 }],
  });
});

test('a requirement leads to the lines that meet it, and a commit back to what it is for', async () => {
  const gate = await gated(door, ticket, requirements);
  const commit = sha('c');
  const taskId = newId('task');
  const criterion = requirements.requirements[0]?.criteria[0]?.id ?? '';
  const state = { status: 'done' as const, commit, at: minute(1) };
  const lines = [{ path: 'src/cart.ts', ranges: [[3, 9] as [number, number]] }];
  await door.write(async (tx) => {
    const row = await tx.tickets.get(ticket.id);
    const approved = { requirements: { documentId: gate.documentId, hash: gate.documentHash } };
    if (row) await tx.tickets.update({ ...row, approved });
    await tx.tasks.insert({ ...taskRow(1), id: taskId, ticketId: ticket.id, criteria: [criterion], state });
  });
  const asked = newId('task');
  const works = [
    { taskId, commit, changed: ['src/cart.ts'], lines },
    { taskId: asked, commit: sha('e'), changed: ['src/cart.ts'], lines: [] },
  ];
  const result = {
    type: 'checked' as const,
    commit,
    tree: sha('d'),
    bundle: 'm',
    works,
    refused: [],
    commands: [],
  };
  const outcome = { type: 'check' as const, result };
  await run({ kind: 'check', state: { status: 'ended', outcome, at: minute(2), startedAt: minute(1) } });
  const landed = { ...merged(2, 'c', 'e', ['src/cart.ts']), runId: await run(), ticketId: ticket.id };
  await door.write(async (tx) => {
    await tx.tasks.insert({ ...taskRow(2, { origin: 'review:1', state }), id: asked, ticketId: ticket.id });
    await tx.merges.insert({ ...landed, taskId: asked });
  });
  const all = await door.ok('getTrace', { params: params() });
  expect(all.others).toEqual([
    {
      task: { key: 'T2', title: 'Task 2' },
      why: expect.stringContaining('review'),
      works: [{ commit: sha('e'), lines: [] }],
    },
  ]);
  expect(all.items[0]).toMatchObject({ criterion: { id: criterion }, task: { key: 'T1' }, commit, lines });
  const back = await door.ok('getTrace', { params: params(), query: { of: commit.slice(0, 8) } });
  expect(back.items.map((row) => row.criterion.id)).toEqual([criterion]);
  expect(await door.ok('getTrace', { params: params(), query: { of: 'src/none.ts' } })).toEqual({
    items: [],
    others: [],
  });
});

test('forecasts are told for a ticket, and for a project beside what its finished tickets came to', async () => {
  const id = await run();
  await gated(door, ticket, {});
  await door.write(async (tx) => {
    await tx.ledger.reserve(ticket.id, 'b', 50, id, minute(0));
    await tx.ledger.settle('b', 30, minute(0));
  });
  const { forecasts } = await door.ok('getCosts', { params: params() });
  expect(forecasts).toMatchObject([{ phase: 'requirements', about: 'document', basis: 'prior' }]);
  const project = { project: ticket.projectId };
  // It is not finished yet.
  expect(await door.ok('getForecasts', { params: project })).toMatchObject({ tickets: 0, items: [] });
  await door.write(async (tx) => {
    const row = await tx.tickets.get(ticket.id);
    if (row) await tx.tickets.update({ ...row, status: 'completed', waitingFor: null });
  });
  const told = await door.ok('getForecasts', { params: project });
  expect(told).toMatchObject({ tickets: 1, items: [{ ticket: `TKT-${ticket.number}`, spentMicros: 30 }] });
  expect(told.medianFactor).toBeGreaterThanOrEqual(1);
  expect((await door.refused('getForecasts', { params: { project: 'nope' } })).status).toBe(404);
});

test('events come after a cursor, page by page, without tokens', async () => {
  await held(door, ticket, 'paused', 'secret-token');
  await door.ok('pauseTicket', { params: params() });
  await door.ok('resumeTicket', { params: params() });
  const other = await submitted(door);
  const all = await door.ask('listEvents', { query: { ticket: ticket.number } });
  expect(await all.text()).not.toContain('secret');
  const first = await door.ok('listEvents', { query: { ticket: ticket.id, limit: 2 } });
  expect(first.items.map(({ type }) => type)).toEqual(['ticket.submitted.v1', 'ticket.paused.v1']);
  const rest = await door.ok('listEvents', { query: { ticket: ticket.id, after: first.next ?? '' } });
  expect(rest).toMatchObject({ items: [{ type: 'ticket.resumed.v1' }], next: null });
  const newest = await door.ok('listEvents', { query: { after: rest.items[0]?.cursor ?? 0 } });
  expect(newest.items.map(({ ticketId }) => ticketId)).toEqual([other.id]);
  expect((await door.refused('listEvents', { query: { ticket: 'nope' } })).status).toBe(404);
});
