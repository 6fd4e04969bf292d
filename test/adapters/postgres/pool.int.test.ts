import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '#adapters/postgres/errors.ts';
import { openPool } from '#adapters/postgres/pool.ts';
import { startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe('a pool', () => {
  it('gives instants as text, whole numbers as numbers and JSON parsed', async () => {
    const pool = openPool(await server.createDatabase());
    const { rows } = await pool.query(
      `select $1::timestamptz as instant, 9007199254740991::bigint as whole, '{"a":1}'::json as json`,
      ['2026-11-22T10:00:00.123Z'],
    );
    await expect(pool.query('select 9007199254740993::bigint')).rejects.toThrow(RangeError);
    await pool.close();
    expect(rows).toEqual([
      { instant: '2026-11-22T10:00:00.123Z', whole: 9_007_199_254_740_991, json: { a: 1 } },
    ]);
  });

  it('runs several statements at once when there are no parameters', async () => {
    const pool = openPool(await server.createDatabase());
    const { rows } = await pool.query(
      'create table t (a integer); insert into t values (7); select a from t',
    );
    await pool.close();
    expect(rows).toEqual([{ a: 7 }]);
  });

  it('says why there is no database', async () => {
    const [nowhere, nameless] = [
      openPool(`postgresql://postgres@localhost/x?host=${encodeURIComponent(await emptyFolder())}`),
      openPool((await server.createDatabase()).replace(/test_\d+/, 'missing')),
    ];
    await expect(nowhere.query('select 1')).rejects.toThrow(StoreUnavailable);
    await expect(nowhere.transaction(async () => 1)).rejects.toThrow(StoreUnavailable);
    await expect(nameless.query('select 1')).rejects.toThrow('it has no database of that name');
    await Promise.all([nowhere.close(), nameless.close()]);
  });

  it('runs what a transaction asks for at once one after another, and takes all of it back', async () => {
    const pool = openPool(await server.createDatabase(), { connections: 1 });
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    await pool.query('create table t (a integer not null)');
    const refused = pool.transaction((tx) =>
      Promise.all([null, 1, 2].map((a) => tx.query('insert into t values ($1::integer)', [a]))),
    );
    await expect(refused).rejects.toThrow(/null value/);
    await pool.transaction((tx) =>
      Promise.all([3, 4].map((a) => tx.query('insert into t values ($1::integer)', [a]))),
    );
    expect((await pool.query('select a from t')).rows).toEqual([{ a: 3 }, { a: 4 }]);
    await pool.close();
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('survives that its connections are cut, idle or at work', async () => {
    const url = await server.createDatabase();
    const [pool, killer] = [openPool(url, { connections: 2 }), openPool(url, { connections: 1 })];
    const cut = (): Promise<unknown> =>
      killer.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    await pool.query('select 1');
    await cut();
    const broken = pool.transaction(async (tx) => {
      await tx.query('select 1');
      await cut();
      await tx.query('select 1');
    });
    await expect(broken).rejects.toThrow(StoreUnavailable);
    expect(await pool.query('select 1 as a')).toEqual({ rows: [{ a: 1 }] });
    await Promise.all([pool.close(), killer.close()]);
  });
});

const folders: string[] = [];
async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'omoi-none-'));
  folders.push(folder);
  return folder;
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));
