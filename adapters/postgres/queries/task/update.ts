import { Task } from '#core/task/task.ts';
import type { Sql } from '../../client.ts';
import { swapped } from '../../rows.ts';
import { columns } from './rows.ts';

/** Compare-and-set on the version; throws `VersionConflict`. */
export async function updateTask(sql: Sql, task: Task): Promise<Task> {
  const result = await sql.query(
    `update tasks set (${columns.names}) = row(${columns.places}), ahead = null, waiting_since = null
     where id = $${columns.next} and version = $${columns.next + 1}
     returning ${columns.selected}`,
    [...columns.params({ ...task, version: task.version + 1 }), task.id, task.version],
  );
  return swapped(Task, 'task', task.id, result);
}
