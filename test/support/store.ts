/**
 * A real store for tests: PGlite in memory, begun from a cached dump of the migrated schema. To begin one takes some two
 * seconds of computing, to empty one 30 ms; so what a test closes is emptied and given to the next that opens one, where
 * test files share a process.
 */
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pgliteDatabase, startPglite } from '#adapters/pglite/database.ts';
import { buildTemplate } from '#adapters/pglite/template.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { type Migration, readMigrations } from '#adapters/postgres/migrate.ts';
import { createStore } from '#adapters/postgres/store.ts';
import type { Clock } from '#core/id.ts';
import type { Store } from '#core/store.ts';

/** An open store with the database under it. `close` ends the use of both. */
export interface TestStore {
  readonly store: Store;
  readonly database: Database;
  close(): Promise<void>;
}

/** Whole and closed by whom they were opened for. An instance holds 100 MB and more, so one is kept and no second. */
const spare: Database[] = [];

/**
 * Opens an empty store of its own. Close it (`afterAll` or `onTestFinished`); nothing reaches it from then on. The one
 * that is kept holds its process open, which a runner of tests ends by itself; scripts take `openTestDatabase`.
 */
export async function openTestStore(options: { readonly clock?: Clock } = {}): Promise<TestStore> {
  const instance = spare.pop() ?? (await openTestDatabase());
  let closed = false;
  const use = (): Database => {
    if (closed) throw new Error('This test store is closed.');
    return instance;
  };
  const database: Database = {
    query: async (text, params) => await use().query(text, params),
    transaction: async (fn) => await use().transaction(fn),
    close: async () => {
      if (closed) return;
      closed = true;
      if (spare.length > 0) return await instance.close();
      await emptied(instance);
      spare.push(instance);
    },
  };
  const store = createStore(database, { clock: options.clock ?? (() => new Date().toISOString()) });
  return { store, database, close: () => database.close() };
}

/** A migrated database that its test may change as it likes; nobody gets it afterwards. */
export async function openTestDatabase(): Promise<Database> {
  const dump = new Blob([await readFile(await templateFile())], { type: 'application/x-tar' });
  return pgliteDatabase(await startPglite({ folder: null, dump }));
}

/**
 * Takes all rows out of a migrated database, and begins its sequences anew. A seventh of the time of `truncate`, which
 * makes new files for every table and index.
 */
export async function emptied(database: Database): Promise<Database> {
  const { rows } = await database.query(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'migrations'",
  );
  await database.transaction(async (tx) => {
    // Neither references nor triggers: all of it goes.
    await tx.query('set local session_replication_role = replica');
    await tx.query(rows.map(({ name }) => `delete from ${String(name)}`).join(';\n'));
    await tx.query(
      "select setval(format('%I.%I', schemaname, sequencename), start_value, false) from pg_sequences where schemaname = 'public'",
    );
  });
  return database;
}

/** The dump of these migrations, made by whoever comes first; kept where vitest keeps its own caches. */
export async function templateFile(): Promise<string> {
  const migrations = await readMigrations();
  const folder = fileURLToPath(new URL('../../node_modules/.cache/omoios/', import.meta.url));
  const file = join(folder, `${await fingerprint(migrations)}.tar`);
  const made = await access(file).then(
    () => true,
    () => false,
  );
  if (!made) await buildTemplate(file, migrations);
  return file;
}

async function fingerprint(migrations: readonly Migration[]): Promise<string> {
  const lockFile = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url);
  const hash = createHash('sha256').update(await readFile(lockFile));
  for (const { name, text } of migrations) hash.update(name).update(text);
  return hash.digest('hex').slice(0, 32);
}
