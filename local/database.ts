import { join } from 'node:path';
import { openPglite } from '#adapters/pglite/open.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { openPool } from '#adapters/postgres/pool.ts';
import type { HostConfig } from './config.ts';

/** The database of a host, migrated: the one that the configuration names, else the embedded one in the data folder. */
export async function openDatabase(config: HostConfig): Promise<Database> {
  if (config.databaseUrl === undefined) {
    return openPglite({
      folder: config.dataDir,
      template: join(config.distDir, 'pglite', 'template.tar.gz'),
    });
  }
  const { query, transaction, close } = openPool(config.databaseUrl);
  const database: Database = { query, transaction, close };
  try {
    await migrate(database, await readMigrations());
    return database;
  } catch (error) {
    await close();
    throw error;
  }
}
