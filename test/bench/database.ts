/** The embedded database on disk, as a host has it, and the barest durable write to compare with. */
import { openPglite } from '#adapters/pglite/open.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { templateFile } from '../support/store.ts';

/** Opens the database of a data folder. */
export async function openOnDisk(folder: string): Promise<Database> {
  return openPglite({ folder, template: await templateFile() });
}

/** How often each thing is measured, and how often before that, so that plans and code are warm. */
export const rounds = { warm: 100, measured: 1000 };

/** Milliseconds of each of `rounds` transactions that insert one row of about a kilobyte. */
export async function bareInserts(database: Database): Promise<number[]> {
  await database.query('create table bench_rows (id integer primary key, body jsonb not null)');
  const body = JSON.stringify({ text: 'x'.repeat(1000) });
  const times: number[] = [];
  for (let id = 0; id < rounds.warm + rounds.measured; id += 1) {
    const began = performance.now();
    await database.transaction((tx) =>
      tx.query('insert into bench_rows (id, body) values ($1, $2)', [id, body]),
    );
    if (id >= rounds.warm) times.push(performance.now() - began);
  }
  await database.query('drop table bench_rows');
  return times;
}
