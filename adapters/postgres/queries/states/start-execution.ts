import type { Sql } from '../../client.ts';
import type { ExecutionRow } from './rows.ts';

/** An execution to begin. */
export type NewExecution = Pick<
  ExecutionRow,
  'name' | 'machine' | 'input' | 'parentExecution' | 'parentThread' | 'startedAt'
>;

/** False when the name is taken; nothing is written then. */
export async function startExecution(sql: Sql, row: NewExecution): Promise<boolean> {
  const { rows } = await sql.query(
    `insert into states_executions (name, machine, status, input, parent_execution, parent_thread, started_at)
     values ($1, $2, 'running', $3, $4, $5, $6)
     on conflict (name) do nothing
     returning name`,
    [row.name, row.machine, JSON.stringify(row.input), row.parentExecution, row.parentThread, row.startedAt],
  );
  return rows.length === 1;
}
