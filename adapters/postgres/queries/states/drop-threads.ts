import type { Sql } from '../../client.ts';

/** Deletes the threads of an execution that has ended. */
export async function dropThreads(sql: Sql, execution: string, ids: readonly string[]): Promise<void> {
  await sql.query('delete from states_threads where execution = $1 and id = any($2::text[])', [
    execution,
    ids,
  ]);
}
