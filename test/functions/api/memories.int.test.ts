/** What agents remembered, for people: listed by pages, and taken back. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { minute, runRow } from '#test/core/rows.ts';
import { type FrontDoor, openFrontDoor, submitted } from './front-door.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
beforeEach(() => door.clear());
afterAll(() => door.close());

const vector = Array.from({ length: 384 }, (_, at) => (at === 0 ? 1 : 0));

/** A ticket whose run noted so many things, the last one last. */
async function remembered(count: number) {
  const ticket = await submitted(door);
  const run = runRow({ id: newId('run'), ticketId: ticket.id });
  await door.write(async (tx) => {
    await tx.runs.insert(run);
    for (let at = 1; at <= count; at += 1) {
      const memory = { id: newId('memory'), projectId: ticket.projectId, runId: run.id, at: minute(at) };
      await tx.memories.insert({ ...memory, kind: 'learning', text: `Note ${at}.` }, vector, 'ngram');
    }
  });
  return { ticket, run, params: { id: ticket.projectId } };
}

test('memories are listed newest first, page by page, with the ticket that they come from', async () => {
  const { ticket, run, params } = await remembered(3);
  const first = await door.ok('listMemories', { params, query: { limit: 2 } });
  const known = { kind: 'learning', runId: run.id, ticket: `TKT-${ticket.number}` };
  expect(first.items).toMatchObject([
    { ...known, text: 'Note 3.' },
    { ...known, text: 'Note 2.' },
  ]);
  const before = first.items.at(-1)?.id ?? '';
  expect(first.next).toBe(before);
  const rest = await door.ok('listMemories', { params, query: { limit: 2, before } });
  expect(rest.items.map(({ text }) => text)).toEqual(['Note 1.']);
  expect(rest.next).toBeNull();
});

test('a memory that is taken back is found by nobody any more, and who did it is told', async () => {
  const { ticket, params } = await remembered(2);
  const [wrong, right] = (await door.ok('listMemories', { params })).items;
  if (!wrong || !right) throw new Error('nothing was remembered');
  expect(await door.ok('forgetMemory', { params: { id: wrong.id } })).toMatchObject({ text: 'Note 2.' });
  expect((await door.ok('listMemories', { params })).items).toEqual([right]);
  const found = await door.store.view.memories.search(ticket.projectId, 'Note', vector, 'ngram', 10);
  expect(found.map(({ id }) => id)).toEqual([right.id]);
  const told = (await door.store.view.outbox.list({})).at(-1);
  expect(told).toMatchObject({ type: 'memory.forgotten.v1', data: { memoryId: wrong.id, kind: 'learning' } });
  expect((await door.refused('forgetMemory', { params: { id: wrong.id } })).status).toBe(404);
});

test('a project or a memory that is not there is not found', async () => {
  expect((await door.refused('listMemories', { params: { id: newId('project') } })).status).toBe(404);
  expect((await door.refused('forgetMemory', { params: { id: 'nope' } })).status).toBe(404);
});
