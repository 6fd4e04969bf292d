import type { Sql } from '../../client.ts';
import type { ThreadRow } from './rows.ts';

/** False when the stored thread is not the one before this version: another writer was here. Nothing is written then. */
export async function putThread(sql: Sql, row: ThreadRow): Promise<boolean> {
  const { rows } = await sql.query(
    `insert into states_threads (execution, id, version, state, phase, body)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (execution, id) do update
     set version = excluded.version, state = excluded.state, phase = excluded.phase, body = excluded.body
     where states_threads.version = excluded.version - 1
     returning id`,
    [row.execution, row.id, row.version, row.state, row.phase, JSON.stringify(row.body)],
  );
  return rows.length === 1;
}
