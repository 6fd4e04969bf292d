import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '#adapters/postgres/client.ts';
import { openTestStore } from '#test/support/store.ts';

let database: Database;

beforeAll(async () => {
  ({ database } = await openTestStore());
});

afterAll(() => database.close());

beforeEach(() => database.query('drop table if exists things; create table things (id integer, name text)'));

const rows = async (text: string, params?: readonly unknown[]) => (await database.query(text, params)).rows;

it('gives the rows of the last of several statements', async () => {
  expect(await rows('select 1 as a; select 2 as b')).toEqual([{ b: 2 }]);
});

it('gives what a statement returns each time it is asked, and nothing for one that returns nothing', async () => {
  for (const id of [1, 2, 3])
    expect(await rows('insert into things values ($1, $2)', [id, `n${id}`])).toEqual([]);
  for (const id of [3, 1])
    expect(await rows('select name from things where id = $1', [id])).toEqual([{ name: `n${id}` }]);
});

it('takes and gives arrays, JSON, instants, null, long integers and characters that end no string', async () => {
  const text =
    'select $1::text[] as texts, $2::jsonb as json, $3::timestamptz as at, $4::text as none, $5::bigint as many';
  const params = [['a', 'b"\\', 'c\0'], '{"x":[1]}', '2026-01-02T03:04:05.678Z', null, 9_007_199_254_740_991];
  for (let time = 0; time < 2; time += 1)
    expect(await rows(text, params)).toEqual([
      {
        texts: ['a', 'b"\\', 'c\uFFFD'],
        json: { x: [1] },
        at: '2026-01-02T03:04:05.678Z',
        none: null,
        many: 9_007_199_254_740_991,
      },
    ]);
});

it('knows arrays of texts and of integers, and says so of others instead of storing something else', async () => {
  for (const [type, array] of [
    ['text', ['a', 'b']],
    ['integer', [1, -2]],
  ])
    expect(await rows(`select $1::${type}[] as got`, [array])).toEqual([{ got: array }]);
  await expect(rows('select $1::boolean[] as got', [[true]])).rejects.toThrow(/not known/);
});

it('goes on after a statement that was refused when it was prepared, or when it ran', async () => {
  await expect(rows('select nothing from things where id = $1', [1])).rejects.toThrow(/nothing/);
  for (let time = 0; time < 2; time += 1)
    await expect(rows('select 1 / $1::integer as x', [0])).rejects.toMatchObject({ code: '22012' });
  expect(await rows('select 1 / $1::integer as x', [1])).toEqual([{ x: 1 }]);
});

it('gives each of several statements at once its own rows, within a transaction and outside', async () => {
  const ids = Array.from({ length: 20 }, (_, id) => id);
  const text = (id: number) => `select $1::integer as id, '${id % 3}' as third`;
  const expected = ids.map((id) => [{ id, third: String(id % 3) }]);
  expect(await Promise.all(ids.map((id) => rows(text(id), [id])))).toEqual(expected);
  const within = await database.transaction((sql) =>
    Promise.all(ids.map(async (id) => (await sql.query(`${text(id)} where true`, [id])).rows)),
  );
  expect(within).toEqual(expected);
});

it('undoes a transaction of which one statement was refused, and keeps what is prepared', async () => {
  const insert = 'insert into things values ($1, $2)';
  const refused = database.transaction(async (sql) => {
    await sql.query(insert, [1, 'a']);
    await sql.query('select 1 / $1::integer', [0]);
  });
  await expect(refused).rejects.toMatchObject({ code: '22012' });
  expect(await rows('select * from things where id > $1', [0])).toEqual([]);
  expect(await rows(insert, [2, 'b'])).toEqual([]);
});

it('refuses what a transaction asks for after its end', async () => {
  let late: Promise<unknown> = Promise.resolve();
  await database.transaction(async (sql) => {
    late = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
      sql.query('insert into things values ($1, $2)', [9, 'late']),
    );
    late.catch(() => undefined);
  });
  await expect(late).rejects.toThrow('over');
  expect(await rows('select * from things where id = $1', [9])).toEqual([]);
});

it('describes a statement anew when the schema was changed', async () => {
  await rows('insert into things values ($1, $2)', [1, 'a']);
  expect(await rows('select * from things where id = $1', [1])).toEqual([{ id: 1, name: 'a' }]);
  await rows('alter table things add column size integer default 7');
  expect(await rows('select * from things where id = $1', [1])).toEqual([{ id: 1, name: 'a', size: 7 }]);
});

it('keeps five hundred statements at most', async () => {
  for (let n = 0; n < 520; n += 1)
    expect(await rows(`select $1::integer + ${n} as x`, [1])).toEqual([{ x: n + 1 }]);
  const kept = await rows('select count(*) as n from pg_prepared_statements where $1', [true]);
  expect(Number(kept[0]?.n)).toBeLessThanOrEqual(500);
});
