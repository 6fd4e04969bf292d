import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from '#adapters/postgres/client.ts';
import { DataTooNew } from '#adapters/postgres/errors.ts';
import { type Migration, migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { openTestStore } from '#test/support/store.ts';

let database: Database;
beforeAll(async () => {
  // Begun from a dump for speed, then emptied: migrations start from nothing.
  const opened = await openTestStore();
  database = opened.database;
  await database.query('drop schema public cascade; create schema public');
});
afterAll(() => database.close());

const extra = (number: number, text: string): Migration => ({ number, name: `000${number}_extra`, text });

describe('migrations', () => {
  it('build the schema from nothing; the second run changes nothing', async () => {
    const migrations = await readMigrations();
    expect(await migrate(database, migrations)).toEqual(migrations.map(({ name }) => name));
    const { rows } = await database.query('select applied_at from migrations order by number');
    expect(await migrate(database, migrations)).toEqual([]);
    expect((await database.query('select applied_at from migrations order by number')).rows).toEqual(rows);
  });

  it('that break leave nothing of the whole run', async () => {
    const migrations = await readMigrations();
    const next = migrations.length + 1;
    const broken = [...migrations, extra(next, 'create table half (a integer)'), extra(next + 1, 'selct 1')];
    await expect(migrate(database, broken)).rejects.toThrow('selct');
    const { rows } = await database.query(
      `select to_regclass('half') as half, count(*) as done from migrations`,
    );
    expect(rows).toEqual([{ half: null, done: migrations.length }]);
  });

  it('go on from where the data is, and refuse data of a newer version', async () => {
    const migrations = await readMigrations();
    const newer = [...migrations, extra(migrations.length + 1, 'create table later (a integer)')];
    expect(await migrate(database, newer)).toEqual([newer.at(-1)?.name]);
    const refused = migrate(database, migrations);
    await expect(refused).rejects.toThrow(DataTooNew);
    await expect(refused).rejects.toThrow('Update OmoiOS');
    await expect(refused).rejects.toMatchObject({ data: { newer: [newer.at(-1)?.name] } });
  });

  it('are numbered without a gap, and say in their first line of what kind they are', async () => {
    expect((await readMigrations()).map(({ number }) => number)).toEqual([1, 2, 3]);
    const folder = await mkdtemp(join(tmpdir(), 'omoi-migrations-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const read = (): Promise<Migration[]> => readMigrations(pathToFileURL(`${folder}/`));
    await writeFile(join(folder, '0001_one.sql'), '-- kind: additive; the first\n');
    expect((await read()).map(({ name }) => name)).toEqual(['0001_one']);
    await writeFile(join(folder, '0002_two.sql'), 'select 1;\n');
    await expect(read()).rejects.toThrow('0002_two.sql');
    await writeFile(join(folder, '0002_two.sql'), '-- kind: additive; the second\n');
    await writeFile(join(folder, '0004_four.sql'), '-- kind: additive; the fourth\n');
    await expect(read()).rejects.toThrow('0004_four.sql');
  });
});
