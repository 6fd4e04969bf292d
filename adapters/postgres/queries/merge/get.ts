import type { RunId } from '#core/id.ts';
import { MergeEntry } from '#core/merge/entry.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns } from './rows.ts';

/** The entry of a run's work, or null. */
export async function getMergeEntry(sql: Sql, runId: RunId): Promise<MergeEntry | null> {
  return maybe(
    MergeEntry,
    await sql.query(`select ${columns.selected} from merge_entries where run_id = $1`, [runId]),
  );
}
