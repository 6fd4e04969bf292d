import { afterAll, beforeAll } from 'vitest';
import { migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { openPool } from '#adapters/postgres/pool.ts';
import { createStore } from '#adapters/postgres/store.ts';
import { storeContract } from './contract.ts';
import { startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

storeContract(
  'the store on a Postgres server (without memories: this server has no pgvector)',
  async () => {
    const database = openPool(await server.createDatabase());
    const migrations = await readMigrations();
    await migrate(
      database,
      migrations.filter(({ name }) => name !== '0003_memory'),
    );
    const store = createStore(database, { clock: () => new Date().toISOString() });
    return { store, database, close: () => database.close() };
  },
  { memory: false },
);
