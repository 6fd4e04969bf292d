import type { TicketId } from '#core/id.ts';
import { Task } from '#core/task/task.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** All tasks of a ticket, T2 before T10. */
export async function listTasks(sql: Sql, ticketId: TicketId): Promise<Task[]> {
  const result = await sql.query(
    `select ${columns.selected} from tasks where ticket_id = $1 order by substring(key from 2)::integer`,
    [ticketId],
  );
  return all(Task, result);
}
