import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { gateLifetimeDays } from '#core/gate/gate.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { digest, minute } from '#test/core/rows.ts';
import { requirements } from '#test/core/spec/samples.ts';
import { asked, type FrontDoor, gated, held, openFrontDoor, submitted, told } from './front-door.ts';

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

const view = () => door.ok('getTicket', { params: { ticket: ticket.id } });

test('an open gate is shown on the ticket and among all that wait', async () => {
  const gate = await gated(door, ticket, {});
  expect((await door.ok('listOpenGates')).items.map(({ id }) => id)).toEqual([gate.id]);
  expect((await view()).openGates.map(({ id }) => id)).toEqual([gate.id]);
  const { items } = await door.ok('listGates', { params: { ticket: ticket.number } });
  expect(items).toMatchObject([
    { status: 'open', by: null, decidedAt: null, documentHash: gate.documentHash },
  ]);
});

test('an approval is bound to the version that was read, and the ticket goes on', async () => {
  const gate = await gated(door, ticket, {});
  const decided = await door.ok('approveGate', {
    params: { id: gate.id },
    body: { hash: gate.documentHash, comment: 'Good.' },
    as: 'Grace',
  });
  expect(decided).toMatchObject({ status: 'approved', by: 'Grace', comment: 'Good.', decidedAt: door.now });
  expect(await view()).toMatchObject({ status: 'running', waitingFor: null, openGates: [] });
  const events = await door.store.view.outbox.list({ ticketId: ticket.id });
  expect(events.find(({ type }) => type === 'gate.decided.v1')?.data).toMatchObject({
    decision: 'approved',
    by: 'Grace',
    token: gate.token,
  });
  expect((await told(door, ticket)).filter((type) => type === 'ticket.proceeded.v1')).toHaveLength(1);
});

test('the second of two people gets a conflict that names the first', async () => {
  const gate = await gated(door, ticket, {});
  const params = { id: gate.id };
  await door.ok('approveGate', { params, body: { hash: gate.documentHash }, as: 'Grace' });
  const approve = await door.refused('approveGate', { params, body: { hash: gate.documentHash } });
  expect(approve).toMatchObject({ status: 409, detail: 'This gate was already approved by Grace.' });
  const reject = await door.refused('rejectGate', {
    params,
    body: { hash: gate.documentHash, comment: 'No.' },
  });
  expect(reject.status).toBe(409);
  expect((await told(door, ticket)).filter((type) => type === 'gate.decided.v1')).toHaveLength(1);
});

test('a decision on a version that the gate does not show is a conflict', async () => {
  const gate = await gated(door, ticket, {});
  const stale = await door.refused('approveGate', { params: { id: gate.id }, body: { hash: digest('0') } });
  expect(stale).toMatchObject({ status: 409, expected: gate.documentHash, given: digest('0') });
  expect((await view()).openGates).toHaveLength(1);
});

test('a rejection needs a comment, and carries it to the workflow', async () => {
  const gate = await gated(door, ticket, {});
  const params = { id: gate.id };
  const hash = gate.documentHash;
  expect((await door.refused('rejectGate', { params, body: { hash } })).status).toBe(422);
  expect((await door.refused('rejectGate', { params, body: { hash, comment: ' ' } })).status).toBe(422);
  const rejected = await door.ok('rejectGate', { params, body: { hash, comment: 'Name the currency.' } });
  expect(rejected).toMatchObject({ status: 'rejected', comment: 'Name the currency.' });
  const events = await door.store.view.outbox.list({ ticketId: ticket.id });
  expect(events.find(({ type }) => type === 'gate.decided.v1')?.data).toMatchObject({
    decision: 'rejected',
    comment: 'Name the currency.',
  });
});

test('nobody decides on a gate that has expired or was superseded', async () => {
  const gate = await gated(door, ticket, {});
  door.now = minute(gateLifetimeDays * 24 * 60);
  const body = { hash: gate.documentHash };
  expect(await door.refused('approveGate', { params: { id: gate.id }, body })).toMatchObject({ status: 409 });
  door.now = minute(1);
  const row = await door.store.view.gates.get(gate.id);
  if (row)
    await door.write((tx) => tx.gates.update({ ...row, state: { status: 'superseded', at: door.now } }));
  const late = await door.refused('approveGate', { params: { id: gate.id }, body });
  expect(late).toMatchObject({ status: 409, detail: 'This gate was already superseded.' });
});

test('a gate of a cancelled ticket cannot be approved', async () => {
  const gate = await gated(door, ticket, {});
  await door.ok('cancelTicket', { params: { ticket: ticket.id } });
  const body = { hash: gate.documentHash };
  expect((await door.refused('approveGate', { params: { id: gate.id }, body })).status).toBe(409);
  expect((await door.store.view.gates.get(gate.id))?.state.status).toBe('open');
});

test('a gate or question that does not exist is not found', async () => {
  const body = { hash: digest('0') };
  for (const id of [newId('gate'), 'nope'])
    expect((await door.refused('approveGate', { params: { id }, body })).status).toBe(404);
  for (const id of [newId('question'), 'nope'])
    expect((await door.refused('answerQuestion', { params: { id }, body: { text: 'Yes' } })).status).toBe(
      404,
    );
});

test('a ticket with two things open goes on when both are settled', async () => {
  const gate = await gated(door, ticket, {});
  const question = await asked(door, ticket, await held(door, ticket, 'question'));
  await door.ok('approveGate', { params: { id: gate.id }, body: { hash: gate.documentHash } });
  expect(await view()).toMatchObject({ status: 'waiting', waitingFor: 'question' });
  await door.ok('answerQuestion', { params: { id: question }, body: { text: 'EUR' } });
  expect(await view()).toMatchObject({ status: 'running', waitingFor: null });
});

test('a run that is held for money keeps the ticket waiting after a gate is passed', async () => {
  const gate = await gated(door, ticket, {});
  await held(door, ticket, 'budget');
  await door.ok('approveGate', { params: { id: gate.id }, body: { hash: gate.documentHash } });
  expect(await view()).toMatchObject({ status: 'waiting', waitingFor: 'budget' });
});

test('an answer reaches the run that asked, once', async () => {
  const runId = await held(door, ticket, 'question', 'secret-token');
  const id = await asked(door, ticket, runId);
  expect((await view()).openQuestions).toMatchObject([{ id, text: 'Which currency?', options: ['EUR'] }]);
  const answered = await door.ok('answerQuestion', { params: { id }, body: { text: ' EUR ' }, as: 'Grace' });
  expect(answered.answer).toEqual({ text: 'EUR', by: 'Grace', at: door.now });
  const events = await door.store.view.outbox.list({ ticketId: ticket.id });
  expect(events.find(({ type }) => type === 'question.answered.v1')?.data).toMatchObject({
    runId,
    tokens: ['secret-token'],
  });
  const again = await door.refused('answerQuestion', { params: { id }, body: { text: 'USD' } });
  expect(again).toMatchObject({ status: 409, code: 'illegal-transition' });
  expect(again.detail).toContain('Grace has answered it already: “EUR”.');
  const { items } = await door.ok('listQuestions', { params: { ticket: ticket.id } });
  expect(items.map(({ answer }) => answer?.text)).toEqual(['EUR']);
});

test('a question whose run has ended keeps nobody waiting, and takes no answer', async () => {
  const runId = await held(door, ticket, 'question');
  const id = await asked(door, ticket, runId);
  const gate = await gated(door, ticket, {});
  const run = await door.store.view.runs.get(runId);
  const outcome = { type: 'failed' as const, reason: 'cancelled' as const, message: '' };
  const state = { status: 'ended' as const, outcome, at: door.now, startedAt: null };
  if (run) await door.write((tx) => tx.runs.update({ ...run, state }));
  expect((await door.refused('answerQuestion', { params: { id }, body: { text: 'EUR' } })).status).toBe(409);
  expect((await view()).openQuestions).toEqual([]);
  await door.ok('approveGate', { params: { id: gate.id }, body: { hash: gate.documentHash } });
  expect((await view()).status).toBe('running');
});

test('a version at a gate comes with what the evaluator says of it', async () => {
  const body = {
    ...requirements,
    requirements: requirements.requirements.map((one) => ({ ...one, id: 'REQ-1' })),
  };
  const { documentId } = await gated(door, ticket, body);
  const told = await door.ok('getEvaluation', { params: { id: documentId } });
  expect(told).toMatchObject({ pass: false, score: expect.any(Number) });
  expect(told.blockers.map(({ message }) => message).join(' ')).toContain('REQ-1');
  expect((await door.refused('getEvaluation', { params: { id: newId('document') } })).status).toBe(404);
});
