import type { Task } from '#core/task/task.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns } from './rows.ts';

/** Adds; throws `VersionConflict` when its place is taken. */
export async function insertTask(sql: Sql, task: Task): Promise<void> {
  const result = await sql.query(
    `insert into tasks (${columns.names}, project_id)
     values (${columns.places}, (select project_id from tickets where id = $${columns.next}))
     on conflict do nothing returning id`,
    [...columns.params(task), task.ticketId],
  );
  added('task', task.id, result);
}
