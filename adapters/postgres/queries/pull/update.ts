import type { PullRequest } from '#core/forge/ports.ts';
import type { Sql } from '../../client.ts';
import { swapped } from '../../rows.ts';
import { columns, pullRow } from './rows.ts';

/** Compare-and-set on the version; throws `VersionConflict`. */
export async function updatePull(sql: Sql, pull: PullRequest): Promise<PullRequest> {
  const result = await sql.query(
    `update pulls set (${columns.names}) = row(${columns.places})
     where id = $${columns.next} and version = $${columns.next + 1}
     returning ${columns.selected}`,
    [...columns.params({ ...pull, version: pull.version + 1 }), pull.id, pull.version],
  );
  return swapped(pullRow, 'pull request', pull.id, result);
}
