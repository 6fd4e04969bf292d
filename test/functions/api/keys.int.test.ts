import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mayCall } from '#core/api/access.ts';
import { type FrontDoor, openFrontDoor } from './front-door.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
beforeEach(() => door.clear());
afterAll(() => door.close());

test('a key is shown once: no list, no stored answer and no event has it', async () => {
  const response = await door.ask('createKey', { body: { name: ' ci ' }, key: 'one', as: 'Grace' });
  expect(response.status).toBe(201);
  const made: unknown = await response.json();
  expect(made).toMatchObject({
    ...{ key: expect.stringMatching(/^omoi_/), name: 'ci', role: 'approver', createdBy: 'Grace' },
    createdAt: door.now,
  });
  const listed = await door.ok('listKeys');
  expect(listed.items).toHaveLength(1);
  expect(listed.items[0]).not.toHaveProperty('key');
  const secret = String(Object(made).key).slice(10);
  const kept = [listed, door.logged, await door.store.view.outbox.list({})];
  expect(JSON.stringify(kept)).not.toContain(secret);
  expect(await door.store.view.answers.get('api:createKey', 'one')).toBeNull();
});

test('a key ends with its days, or when it is revoked, once', async () => {
  const { id } = await door.ok('createKey', { body: { name: 'a', days: 1 } });
  const day = await door.ok('createKey', { body: { name: 'b', role: 'viewer', days: 2 } });
  expect(await door.ok('revokeKey', { params: { id } })).toMatchObject({ id, name: 'a' });
  expect(await door.refused('revokeKey', { params: { id } })).toMatchObject({ status: 404 });
  door.now = new Date(Date.parse(door.now) + 86_400_000).toISOString();
  expect((await door.ok('listKeys')).items).toMatchObject([{ id: day.id, role: 'viewer' }]);
});

test.each([
  {},
  { name: '' },
  { name: 'ada@example.org' },
  { name: 'x', role: 'owner' },
  { name: 'x', days: 0 },
  { name: 'x', days: 367 },
  { name: 'x', days: 1.5 },
  { name: 'x', secret: 'mine' },
])('%o makes no key', async (body) => {
  expect((await door.refused('createKey', { body })).status).toBe(422);
  expect((await door.ok('listKeys')).items).toEqual([]);
});

test('only admins see and make keys', () => {
  for (const method of ['GET', 'POST'])
    for (const path of ['/v1/keys', '/v1/keys/1/revoke'])
      expect([
        mayCall('viewer', method, path),
        mayCall('approver', method, path),
        mayCall('admin', method, path),
      ]).toEqual([false, false, true]);
});
