import { Task } from '#core/task/task.ts';
import type { Sql } from '../../client.ts';
import { swapped } from '../../rows.ts';
import { columns } from './rows.ts';

/** Compare-and-set on the version; throws `VersionConflict`. An offer of the task is withdrawn. */
export async function updateTask(sql: Sql, task: Task): Promise<Task> {
  const result = await sql.query(
    // The offer first, as a claim does it: in another order the two could wait for each other.
    `with withdrawn as (delete from offers where task_id = $${columns.next} returning task_id)
     update tasks set (${columns.names}) = row(${columns.places})
     where (select count(*) from withdrawn) <= 1 and id = $${columns.next} and version = $${columns.next + 1}
     returning ${columns.selected}`,
    [...columns.params({ ...task, version: task.version + 1 }), task.id, task.version],
  );
  return swapped(Task, 'task', task.id, result);
}
