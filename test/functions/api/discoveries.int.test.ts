/** A person's word over a guard's, as a client gives it. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { Discovery } from '#core/discovery/discovery.ts';
import { FoundWork } from '#core/discovery/discovery.ts';
import type { RunId } from '#core/id.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { discoveryRow, keyOf, running } from '#test/core/discovery/samples.ts';
import { minute, runRow, taskRow } from '#test/core/rows.ts';
import { requirements } from '#test/core/spec/samples.ts';
import { type FrontDoor, gated, openFrontDoor, submitted, told } from './front-door.ts';

let door: FrontDoor;
let ticket: Ticket;
let runId: RunId;
beforeAll(async () => {
  door = await openFrontDoor();
});
/** A ticket in execution: T1 at work by a live run, T2 to come. */
beforeEach(async () => {
  await door.clear();
  ticket = await submitted(door);
  runId = newId('run');
  const [one, two] = [newId('task'), newId('task')];
  await door.write(async (tx) => {
    ticket = await tx.tickets.update({ ...ticket, phase: 'execution' });
    await tx.tasks.insert({ ...taskRow(1, { state: running }), id: one, ticketId: ticket.id });
    await tx.tasks.insert({ ...taskRow(2), id: two, ticketId: ticket.id });
    const state = { status: 'running' as const, startedAt: minute(0), leaseUntil: minute(1) };
    await tx.runs.insert(runRow({ id: runId, ticketId: ticket.id, taskId: one, role: 'builder', state }));
  });
});
afterAll(() => door.close());

const decision = { status: 'refused', guard: 'depth', message: 'Too deep: say it in your summary.' } as const;

async function refused(over: Partial<Discovery> = {}): Promise<Discovery> {
  const row = discoveryRow(1, { decision, ticketId: ticket.id, runId, ...over });
  const discovery = { ...row, id: newId('discovery'), depth: 3 };
  await door.write((tx) => tx.discoveries.insert(discovery));
  return discovery;
}

const asks = ({ id }: Discovery, as = 'Ada', key?: string) => ({
  ...{ params: { ticket: ticket.id, discovery: id }, as },
  ...(key === undefined ? {} : { key }),
});
const tasks = async () => (await door.ok('listTasks', { params: { ticket: ticket.id } })).items;
const count = async (type: string) => (await told(door, ticket)).filter((one) => one === type).length;

test('a refused discovery says what a yes would do and cost; accepted it is a task with parent, depth and criteria', async () => {
  const work = FoundWork.parse({ criteria: [{ text: 'It holds.' }], neededBy: ['T2'], writes: ['src/a.ts'] });
  const found = await refused({ work });
  const [before] = (await door.ok('listDiscoveries', { params: { ticket: ticket.id } })).items;
  expect(before?.offer).toMatchObject({ possible: true, costMicros: 600_000 });
  expect(before?.offer?.words).toContain('It becomes T3');
  const accepted = await door.ok('acceptDiscovery', asks(found));
  expect(accepted).toMatchObject({ status: 'accepted', taskKey: 'T3', guard: null, offer: null });
  expect(accepted.overruled).toEqual({ by: 'Ada', at: door.now, guard: 'depth', message: decision.message });
  const [, second, third] = await tasks();
  expect(third).toMatchObject({
    key: 'T3',
    parent: 'T1',
    depth: 3,
    criteria: ['T3.1'],
    discoveryId: found.id,
  });
  expect(second?.dependsOn).toContain('T3');
  const events = await door.ok('listEvents', { query: { ticket: ticket.id } });
  expect(events.items.find(({ type }) => type === 'discovery.overruled.v1')).toMatchObject({
    ...{ actor: 'Ada', data: { guard: 'depth', by: 'Ada' } },
  });
  expect(await count('discovery.accepted.v1')).toBe(1);
  // Its finder was told no, and hears otherwise.
  const [heard] = await door.store.view.notes.steering(runId);
  expect(heard?.text).toContain('Ada accepted it: it is T3');
});

test('the same person again gets the same; another one hears who it was', async () => {
  const found = await refused();
  const first = await door.ok('acceptDiscovery', asks(found, 'Ada', 'one'));
  expect(await door.ok('acceptDiscovery', asks(found, 'Ada', 'one'))).toEqual(first);
  expect(await door.ok('acceptDiscovery', asks(found, 'Ada', 'two'))).toEqual(first);
  const late = await door.refused('acceptDiscovery', asks(found, 'Grace'));
  expect(late).toMatchObject({ status: 409, by: 'Ada' });
  expect(late.detail).toContain('Ada accepted it already. Ada accepted it: it is T3');
  expect(await tasks()).toHaveLength(3);
});

test('of two people at once one wins, and the other hears who', async () => {
  const found = await refused();
  const people = ['Ada', 'Grace'];
  const answers = await Promise.all(people.map((by) => door.ask('acceptDiscovery', asks(found, by))));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const loser = answers.findIndex(({ status }) => status === 409);
  const problem: unknown = await answers[loser]?.json();
  expect(problem).toMatchObject({ by: people[1 - loser] });
  expect(await tasks()).toHaveLength(3);
  expect(await count('discovery.overruled.v1')).toBe(1);
});

test('a missing requirement goes through its gate: it is proposed, and is no task yet', async () => {
  const gate = await gated(door, ticket, requirements);
  await door.ok('approveGate', { params: { id: gate.id }, body: { hash: gate.documentHash } });
  const hash = gate.documentHash;
  await door.write(async (tx) => {
    const now = await tx.tickets.get(ticket.id);
    const approved = { requirements: { documentId: gate.documentId, hash } };
    if (now) await tx.tickets.update({ ...now, approved });
  });
  const sentence = 'When a coupon is used twice, the cart shall refuse it.';
  const work = FoundWork.parse({ sentence, criteria: [{ text: 'The second use of SAVE10 is refused' }] });
  const found = await refused({ kind: 'missing_requirement', title: 'Used once', work });
  const view = await door.ok('acceptDiscovery', asks(found));
  expect(view).toMatchObject({ status: 'proposed', gateId: null, taskKey: null });
  expect(await count('discovery.proposed.v1')).toBe(1);
  expect(await tasks()).toHaveLength(2);
  const broken = await refused({
    kind: 'missing_requirement',
    title: 'No rule',
    work: { ...work, sentence: 'Be nice.' },
  });
  const detail = (await door.refused('acceptDiscovery', asks(broken))).detail;
  expect(detail).toContain('does not fit the requirements');
});

test('a question is asked while its run goes on, and the run hears the answer', async () => {
  const found = await refused({ kind: 'clarification', title: 'Which currency?' });
  const view = await door.ok('acceptDiscovery', asks(found));
  expect(view.status).toBe('asked');
  expect(await door.ok('getTicket', { params: { ticket: ticket.id } })).toMatchObject({
    ...{ status: 'waiting', waitingFor: 'question', openQuestions: [{ id: view.questionId }] },
  });
  await door.ok('answerQuestion', { params: { id: view.questionId ?? '' }, body: { text: 'Euro.' } });
  const [heard] = await door.store.view.notes.steering(runId);
  expect(heard?.text).toBe('An answer to what you asked, “Which currency?”: Euro.');
  expect((await door.ok('getTicket', { params: { ticket: ticket.id } })).status).toBe('running');
});

test('what cannot be is refused with its sentence, in the list and by the route, and nothing is written', async () => {
  const circle = await refused({ work: FoundWork.parse({ dependsOn: [keyOf(2)], neededBy: [keyOf(2)] }) });
  const [shown] = (await door.ok('listDiscoveries', { params: { ticket: ticket.id } })).items;
  expect(shown?.offer).toMatchObject({ possible: false, costMicros: null });
  const problem = await door.refused('acceptDiscovery', asks(circle));
  expect(problem).toMatchObject({ status: 409, detail: shown?.offer?.words });
  expect(problem.detail).toContain('circle');
  await door.ok('setBudget', { params: { ticket: ticket.id }, body: { limitMicros: 1 } });
  const dear = await refused({ title: 'Another' });
  expect((await door.refused('acceptDiscovery', asks(dear))).detail).toContain('budget');
  await door.ok('cancelTicket', { params: { ticket: ticket.id }, body: {} });
  expect((await door.refused('acceptDiscovery', asks(dear))).detail).toContain('is cancelled');
  expect(await count('discovery.overruled.v1')).toBe(0);
  expect(
    (await door.refused('acceptDiscovery', { params: { ticket: ticket.id, discovery: 'x' } })).status,
  ).toBe(404);
});

test('one that was taken already needs no word, and a note begins work by one', async () => {
  const taken = await refused({
    decision: { status: 'accepted', taskKey: keyOf(2), joined: true, waits: false, message: 'It is T2.' },
  });
  expect((await door.refused('acceptDiscovery', asks(taken))).detail).toBe(
    'Nothing has refused it. It is T2.',
  );
  const note = await refused({
    title: 'Noted',
    decision: { status: 'noted', message: 'Noted for the team.' },
  });
  expect((await door.ok('acceptDiscovery', asks(note))).taskKey).toBe('T3');
});
