import type { Sql } from '../../client.ts';
import { type ExecutionRow, executionColumns, executionRow } from './rows.ts';

/** The execution of that name, or null. */
export async function readExecution(sql: Sql, name: string): Promise<ExecutionRow | null> {
  const { rows } = await sql.query(`select ${executionColumns} from states_executions where name = $1`, [
    name,
  ]);
  return rows[0] ? executionRow.parse(rows[0]) : null;
}
