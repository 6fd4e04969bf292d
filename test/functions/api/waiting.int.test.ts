/** What waits for a person, among more tickets than a list shows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { asked, type FrontDoor, gated, held, openFrontDoor, submitted } from './front-door.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
afterAll(() => door.close());

test('what waits is counted and listed whole, though more than 200 newer tickets do not wait', async () => {
  const oldest = await submitted(door, { title: 'The oldest' });
  await gated(door, oldest, {});
  const asking = await submitted(door, { title: 'Asks' });
  for (const _ of [1, 2]) await asked(door, asking, await held(door, asking, 'question'));
  const poor = await submitted(door, { title: 'Poor' });
  const over = await submitted(door, { title: 'Over' });
  await asked(door, over, await held(door, over, 'question'));
  await door.write(async (tx) => {
    await tx.tickets.update({ ...poor, status: 'waiting', waitingFor: 'budget' });
    await tx.tickets.update({ ...over, status: 'failed' });
    for (let index = 0; index < 230; index += 1) {
      const [id, number] = [newId('ticket'), await tx.tickets.nextNumber()];
      await tx.tickets.insert({ ...oldest, id, number, version: 0 });
      await tx.ledger.open(id, 1_000_000);
    }
  });
  const all = await door.ok('listWaiting');
  expect(all).toMatchObject({ total: 4, next: null });
  expect(all.items.map(({ title }) => title)).toEqual(['Poor', 'Asks', 'The oldest']);
  const first = await door.ok('listWaiting', { query: { limit: 2 } });
  expect(first).toMatchObject({ total: 4, next: String(asking.number) });
  const rest = await door.ok('listWaiting', { query: { limit: 2, before: first.next ?? '' } });
  expect(rest.items.map(({ title }) => title)).toEqual(['The oldest']);
  expect(rest.next).toBeNull();
});

test('more than 200 that wait are counted, and come page by page without one twice', async () => {
  await door.clear();
  const first = await submitted(door);
  await door.write(async (tx) => {
    for (let index = 0; index < 209; index += 1) {
      const [id, number] = [newId('ticket'), await tx.tickets.nextNumber()];
      const waiting = { status: 'waiting', waitingFor: 'budget' } as const;
      await tx.tickets.insert({ ...first, ...waiting, id, number, version: 0 });
      await tx.ledger.open(id, 1_000_000);
    }
  });
  const numbers: number[] = [];
  let next: string | null = null;
  do {
    const before: Record<string, string> = next === null ? {} : { before: next };
    const page = await door.ok('listWaiting', { query: { limit: 100, ...before } });
    expect(page.total).toBe(209);
    numbers.push(...page.items.map(({ number }) => number));
    next = page.next;
  } while (next !== null);
  expect(new Set(numbers).size).toBe(209);
});
