/** Brings a database to this version's schema: numbered SQL files, forward only. */
import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Database, Sql } from './client.ts';
import { DataTooNew } from './errors.ts';

/** One step of the schema. `name` is the file's, `0001_road`. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
}

/** The first line of a migration says what it does to those who still run the version before. */
const firstLine = /^-- kind: (additive|rewriting|removing); \S/;

/**
 * Reads the migrations from the folder beside this file; a bundle has it beside itself, copied there by the build.
 * Throws on a gap in the numbers, a foreign file or a missing first line: a broken build, not a broken database.
 */
export async function readMigrations(
  folder: URL = new URL('./migrations/', import.meta.url),
): Promise<Migration[]> {
  const files = (await readdir(folder)).sort();
  return await Promise.all(
    files.map(async (file, index) => {
      const [, name, digits] = /^((\d{4})_[a-z_]+)\.sql$/.exec(file) ?? [];
      const text = await readFile(new URL(file, folder), 'utf8');
      if (name === undefined || Number(digits) !== index + 1 || !firstLine.test(text))
        throw new Error(`${file} is not migration ${index + 1}, or does not say of what kind it is.`);
      return { number: index + 1, name, text };
    }),
  );
}

/** The name of the lock among advisory locks: 'omoi' in ASCII, and 2 for migrations (1 is the log's). */
const space = 0x6f6d6f69;
const migrating = 2;

const applied = z.object({ number: z.number(), name: z.string() });

/**
 * Applies what is missing, in one transaction: all or nothing, and a second process waits for the first. Returns the
 * names of what it applied. Throws `DataTooNew`.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  return await database.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1, $2)', [space, migrating]);
    const done = await readApplied(sql);
    const newest = migrations.at(-1)?.number ?? 0;
    const unknown = [...done].filter(([number]) => number > newest);
    if (unknown.length > 0) {
      throw new DataTooNew(
        'This data was written by a newer version of OmoiOS. Update OmoiOS, or choose another data folder or database.',
        { newer: unknown.map(([, name]) => name) },
      );
    }
    const missing = migrations.filter(({ number }) => !done.has(number));
    for (const migration of missing) {
      await sql.query(migration.text);
      await sql.query('insert into migrations (number, name) values ($1, $2)', [
        migration.number,
        migration.name,
      ]);
    }
    return missing.map(({ name }) => name);
  });
}

async function readApplied(sql: Sql): Promise<ReadonlyMap<number, string>> {
  await sql.query(
    `create table if not exists migrations (
       number integer primary key,
       name text not null,
       applied_at timestamptz not null default now()
     )`,
  );
  const { rows } = await sql.query('select number, name from migrations order by number');
  return new Map(rows.map((row) => applied.parse(row)).map(({ number, name }) => [number, name]));
}
