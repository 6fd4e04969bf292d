import { MergeEntry } from '#core/merge/entry.ts';
import type { Sql } from '../../client.ts';
import { swapped } from '../../rows.ts';
import { columns } from './rows.ts';

/** Compare-and-set on the version; throws `VersionConflict`. */
export async function updateMergeEntry(sql: Sql, entry: MergeEntry): Promise<MergeEntry> {
  const result = await sql.query(
    `update merge_entries set (${columns.names}) = row(${columns.places})
     where run_id = $${columns.next} and version = $${columns.next + 1}
     returning ${columns.selected}`,
    [...columns.params({ ...entry, version: entry.version + 1 }), entry.runId, entry.version],
  );
  return swapped(MergeEntry, 'place in the merge queue', entry.runId, result);
}
