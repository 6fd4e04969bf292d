import { Run } from '#core/run/run.ts';
import { columnsOf } from '../../columns.ts';

/** The columns of `runs`. */
export const columns = columnsOf(Run, { status: (row) => row.state.status });
