import { join } from 'node:path';
import { lockFolder } from '#adapters/pglite/lock.ts';
import { openPglite } from '#adapters/pglite/open.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { openPool } from '#adapters/postgres/pool.ts';
import type { HostConfig } from './config.ts';

/**
 * The database of a host, migrated: the one that the configuration names, else the embedded one in the data folder.
 * Either way the folder is locked until the database is closed: its blobs and sandboxes are one host's.
 */
export async function openDatabase(config: HostConfig): Promise<Database> {
  if (config.databaseUrl === undefined) {
    return openPglite({
      folder: config.dataDir,
      template: join(config.distDir, 'pglite', 'template.tar.gz'),
    });
  }
  const lock = await lockFolder(config.dataDir);
  const pool = openPool(config.databaseUrl);
  const database: Database = {
    query: pool.query,
    transaction: pool.transaction,
    close: () => pool.close().finally(() => lock.release()),
  };
  try {
    await migrate(database, await readMigrations());
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
