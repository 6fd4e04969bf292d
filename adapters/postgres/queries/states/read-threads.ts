import type { Sql } from '../../client.ts';
import { type ThreadRow, threadRow } from './rows.ts';

/** Where an execution stands: one row a thread. */
export async function readThreads(sql: Sql, execution: string): Promise<ThreadRow[]> {
  const { rows } = await sql.query(
    `select execution, id, version, state, phase, body from states_threads where execution = $1 order by id`,
    [execution],
  );
  return rows.map((row) => threadRow.parse(row));
}
