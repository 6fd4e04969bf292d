import { expect, it } from 'vitest';
import type { Connection } from '#adapters/dynamodb/connections.ts';
import { newId } from '#adapters/ids/ids.ts';
import { createConnect } from '#functions/connect/connect.ts';

const ticket = newId('ticket');

function scene() {
  const open = new Map<string, Connection>();
  const connect = createConnect({
    people: { who: async (shown) => (shown === 'good' ? { actor: 'anna', role: 'viewer' } : null) },
    connections: {
      add: async (connection) => void open.set(connection.id, connection),
      remove: async (id) => void open.delete(id),
    },
    clock: () => '2026-01-01T00:00:00.000Z',
  });
  const hears = (routeKey: string, query: Record<string, string> | null = null) =>
    connect({ requestContext: { routeKey, connectionId: 'c1' }, queryStringParameters: query });
  return { open, hears };
}

it('lets in whom it knows, to all tickets or to one, until they go', async () => {
  const { open, hears } = scene();
  expect(await hears('$connect', { token: 'good' })).toEqual({ statusCode: 200 });
  expect([...open.values()]).toEqual([{ id: 'c1', actor: 'anna', ticket: null }]);
  expect(await hears('$connect', { token: 'good', ticket })).toEqual({ statusCode: 200 });
  expect(open.get('c1')?.ticket).toBe(ticket);
  expect(await hears('$disconnect')).toEqual({ statusCode: 200 });
  expect(open.size).toBe(0);
});

it.each([[null], [{}], [{ token: 'bad' }]])('turns away %j and keeps nothing', async (query) => {
  const { open, hears } = scene();
  expect(await hears('$connect', query)).toEqual({ statusCode: 401 });
  expect(open.size).toBe(0);
});

it('refuses a ticket that is none, and does nothing at a message', async () => {
  const { open, hears } = scene();
  await expect(hears('$connect', { token: 'good', ticket: '../x' })).rejects.toThrow();
  expect(await hears('$default', { token: 'good' })).toEqual({ statusCode: 200 });
  expect(open.size).toBe(0);
});
