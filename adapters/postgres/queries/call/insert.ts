import type { ModelCall } from '#core/cost/ports.ts';
import type { Sql } from '../../client.ts';
import { columns } from './rows.ts';

/** Adds; the same key again changes nothing. */
export async function insertCall(sql: Sql, call: ModelCall): Promise<void> {
  await sql.query(
    `insert into model_calls (${columns.names}) values (${columns.places}) on conflict (run_id, key) do nothing`,
    columns.params(call),
  );
}
