import { Discovery } from '#core/discovery/discovery.ts';
import { columnsOf } from '../../columns.ts';

/** The columns of `discoveries`. */
export const columns = columnsOf(Discovery, { status: (row) => row.decision.status });
