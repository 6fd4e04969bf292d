import { z } from 'zod';
import type { Sql } from '../../client.ts';

/** Names of all executions that have not ended, parents before their children. */
export async function listRunning(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query(
    `select name from states_executions where status = 'running' order by started_at, name`,
    [],
  );
  return rows.map((row) => z.object({ name: z.string() }).parse(row).name);
}
