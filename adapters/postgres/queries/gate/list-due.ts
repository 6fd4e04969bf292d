import { Gate } from '#core/gate/gate.ts';
import type { Instant } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** Open gates that should have been decided by `at`, the longest overdue first. */
export async function listDueGates(sql: Sql, at: Instant): Promise<Gate[]> {
  const result = await sql.query(
    `select ${columns.selected} from gates
     where status = 'open' and expires_at <= $1
     order by expires_at, id`,
    [at],
  );
  return all(Gate, result);
}
