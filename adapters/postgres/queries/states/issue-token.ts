import type { Sql } from '../../client.ts';

/** Stores a task token before anyone is told of it. */
export async function issueToken(
  sql: Sql,
  row: { token: string; execution: string; thread: string; issuedAt: string },
): Promise<void> {
  await sql.query('insert into states_tokens (token, execution, thread, issued_at) values ($1, $2, $3, $4)', [
    row.token,
    row.execution,
    row.thread,
    row.issuedAt,
  ]);
}
