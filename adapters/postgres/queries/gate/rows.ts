import { Gate } from '#core/gate/gate.ts';
import { columnsOf } from '../../columns.ts';

/** The columns of `gates`. */
export const columns = columnsOf(Gate, { status: (row) => row.state.status });
