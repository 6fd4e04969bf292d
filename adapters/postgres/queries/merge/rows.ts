import { MergeEntry } from '#core/merge/entry.ts';
import { columnsOf } from '../../columns.ts';

/** The columns of `merge_entries`. */
export const columns = columnsOf(MergeEntry, { status: (row) => row.state.status });
