import type { Sql } from '../../client.ts';
import { type ExecutionRow, type ExecutionStatus, executionColumns, executionRow } from './rows.ts';

/** The newest first; `status` null is any. */
export async function listExecutions(
  sql: Sql,
  filter: { status: ExecutionStatus | null; limit: number },
): Promise<ExecutionRow[]> {
  const { rows } = await sql.query(
    `select ${executionColumns} from states_executions
     where $1::text is null or status = $1
     order by started_at desc, name
     limit $2`,
    [filter.status, filter.limit],
  );
  return rows.map((row) => executionRow.parse(row));
}
