import { Task } from '#core/task/task.ts';
import { columnsOf } from '../../columns.ts';

/** The columns of `tasks`. */
export const columns = columnsOf(Task, { status: (row) => row.state.status });
