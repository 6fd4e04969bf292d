/** A real store for tests: PGlite in memory, begun from a cached dump of the migrated schema. */
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

/** An open store with the database under it. `close` closes both. */
export interface TestStore {
  readonly store: Store;
  readonly database: Database;
  close(): Promise<void>;
}

/** Opens an empty store of its own. Close it (`afterAll` or `onTestFinished`): an instance holds 100 MB and more. */
export async function openTestStore(options: { readonly clock?: Clock } = {}): Promise<TestStore> {
  const dump = new Blob([await readFile(await templateFile())], { type: 'application/x-tar' });
  const database = pgliteDatabase(await startPglite({ folder: null, dump }));
  const store = createStore(database, { clock: options.clock ?? (() => new Date().toISOString()) });
  return { store, database, close: () => database.close() };
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
