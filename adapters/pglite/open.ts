/** Opens the embedded database of a data folder: whole, migrated. Whoever opens holds the folder's lock (./lock.ts). */
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '#adapters/postgres/client.ts';
import { type Migration, migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { pgliteDatabase, startPglite } from './database.ts';
import { firstStartSpace, requireSpace, transactionSpace } from './space.ts';
import { unpackDump } from './unpack.ts';

/** What to open. */
export interface FolderOptions {
  /** The data folder; the database is in `postgres` below it. Made where needed. */
  readonly folder: string;
  /** A dump by `buildTemplate`, so that a first start takes under a second; used if the file is there. */
  readonly template?: string;
  /** @default those beside adapters/postgres/migrate.ts */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens. Throws `DataTooNew` when a newer version migrated it, and nothing is changed then; `DiskFull`, also from its
 * transactions, while the disk has no room.
 */
export async function openPglite(options: FolderOptions): Promise<Database> {
  const database = await openFolder(options);
  try {
    await migrate(database, options.migrations ?? (await readMigrations()));
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openFolder(options: FolderOptions): Promise<Database> {
  const folder = join(options.folder, 'postgres');
  const creating = join(options.folder, 'creating');
  await mkdir(options.folder, { recursive: true });
  // A start that died while it made the database left half of one, in which nothing was stored yet.
  if (await exists(creating)) await rm(folder, { recursive: true, force: true });
  const known = await exists(folder);
  await requireSpace(options.folder, known ? transactionSpace : transactionSpace + firstStartSpace);
  if (known) return roomy(pgliteDatabase(await startPglite({ folder })), folder);

  await writeFile(creating, 'The database is being made. If this file stays, the next start begins anew.\n');
  if (options.template !== undefined && (await exists(options.template)))
    unpackDump(await readFile(options.template), folder);
  else await mkdir(folder, { recursive: true });
  const pglite = await startPglite({ folder });
  await rm(creating);
  return roomy(pgliteDatabase(pglite), folder);
}

/** The database, refusing transactions while the disk has no room for them; reading goes on. */
function roomy(database: Database, folder: string): Database {
  return {
    ...database,
    transaction: async (fn) => {
      await requireSpace(folder, transactionSpace);
      return await database.transaction(fn);
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
