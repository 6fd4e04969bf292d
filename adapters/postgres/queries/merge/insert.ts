import type { MergeEntry } from '#core/merge/entry.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns } from './rows.ts';

/** Adds; throws `VersionConflict` when the run or the place has an entry. */
export async function insertMergeEntry(sql: Sql, entry: MergeEntry): Promise<void> {
  const result = await sql.query(
    `insert into merge_entries (${columns.names}) values (${columns.places})
     on conflict do nothing returning run_id`,
    columns.params(entry),
  );
  added('place in the merge queue', entry.runId, result);
}
