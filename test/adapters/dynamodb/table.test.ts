import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnections } from '#adapters/dynamodb/connections.ts';
import { createLeases } from '#adapters/dynamodb/leases.ts';
import { createOnce } from '#adapters/dynamodb/once.ts';
import type { Table } from '#adapters/dynamodb/table.ts';
import { openTestTable } from '#test/support/table.ts';

let table: Table;
let close = () => {};
beforeAll(async () => {
  ({ table, close } = await openTestTable());
});
afterAll(() => close());

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();

describe('the table', () => {
  it('takes what has expired for gone, though DynamoDB removes it days later', async () => {
    await table.put('p', 'a', { expiresAt: 100, n: 1 });
    expect(await table.get('p', 'a', 99)).toMatchObject({ n: 1 });
    expect(await table.get('p', 'a', 100)).toBeNull();
    expect(await table.list('p', 100)).toEqual([]);
  });

  it('lists a kind over all its pages', async () => {
    const wide = 'x'.repeat(100_000);
    for (let n = 0; n < 12; n += 1) await table.put('many', String(n).padStart(2, '0'), { wide });
    expect((await table.list('many', 0)).map(({ sk }) => sk)).toHaveLength(12);
  });
});

describe('connections', () => {
  it('are listed until they close or two hours have passed', async () => {
    const connections = createConnections(table);
    await connections.add({ id: 'c1', actor: 'ann', ticket: null }, at(0));
    await connections.add({ id: 'c2', actor: 'bob', ticket: 'ticket_1' }, at(60));
    await connections.remove('gone');
    expect(await connections.list(at(61))).toHaveLength(2);
    expect(await connections.list(at(121))).toEqual([{ id: 'c2', actor: 'bob', ticket: 'ticket_1' }]);
    await connections.remove('c2');
    expect(await connections.list(at(61))).toEqual([{ id: 'c1', actor: 'ann', ticket: null }]);
  });
});

describe('a lease', () => {
  it('has one holder, who may keep it, and is free when it is left or over', async () => {
    const leases = createLeases(table);
    expect(await leases.take('l', 'a', at(0), 120)).toBe(true);
    expect(await leases.take('l', 'b', at(1), 120)).toBe(false);
    expect(await leases.take('l', 'a', at(1), 120)).toBe(true);
    expect(await leases.take('l', 'b', at(3), 120)).toBe(true);
    await leases.leave('l', 'a');
    expect(await leases.take('l', 'a', at(4), 120)).toBe(false);
    await leases.leave('l', 'b');
    expect(await leases.take('l', 'a', at(4), 120)).toBe(true);
  });

  it('goes to exactly one of many who ask at once', async () => {
    const leases = createLeases(table);
    const asked = Array.from({ length: 10 }, (_, n) => leases.take('race', `h${n}`, at(0), 60));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
  });
});

describe('what happens once', () => {
  it('is claimed by the first, again after its time or when it was given back', async () => {
    const once = createOnce(table);
    expect(await once.claim('hook', 'd1', at(0), 60)).toBe(true);
    expect(await once.claim('hook', 'd1', at(0), 60)).toBe(false);
    expect(await once.claim('other', 'd1', at(0), 60)).toBe(true);
    expect(await once.claim('hook', 'd1', at(1), 60)).toBe(true);
    await once.release('hook', 'd1');
    expect(await once.claim('hook', 'd1', at(1), 60)).toBe(true);
  });
});
