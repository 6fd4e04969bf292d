import type { Sql } from '../../client.ts';
import type { ExecutionRow } from './rows.ts';

/** How an execution ended. */
export type Ending =
  | { status: 'succeeded'; output: ExecutionRow['output'] }
  | { status: 'failed' | 'timed-out' | 'aborted'; error: string; cause: string };

/** False when the execution does not run (any more); nothing is written then. */
export async function endExecution(sql: Sql, name: string, ending: Ending, at: string): Promise<boolean> {
  const good = ending.status === 'succeeded';
  const { rows } = await sql.query(
    `update states_executions
     set status = $2, output = $3, error = $4, cause = $5, ended_at = $6
     where name = $1 and status = 'running'
     returning name`,
    [
      name,
      ending.status,
      good ? JSON.stringify(ending.output) : null,
      good ? null : ending.error,
      good ? null : ending.cause,
      at,
    ],
  );
  return rows.length === 1;
}
