import type { TicketId } from '#core/id.ts';
import { Task, type TaskKey } from '#core/task/task.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns } from './rows.ts';

/** The ticket's task of that key, or null. */
export async function findTaskByKey(sql: Sql, ticketId: TicketId, key: TaskKey): Promise<Task | null> {
  const result = await sql.query(`select ${columns.selected} from tasks where ticket_id = $1 and key = $2`, [
    ticketId,
    key,
  ]);
  return maybe(Task, result);
}
