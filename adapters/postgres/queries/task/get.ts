import type { TaskId } from '#core/id.ts';
import { Task } from '#core/task/task.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns } from './rows.ts';

/** The task, or null. */
export async function getTask(sql: Sql, id: TaskId): Promise<Task | null> {
  return maybe(Task, await sql.query(`select ${columns.selected} from tasks where id = $1`, [id]));
}
