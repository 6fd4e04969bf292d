import { Run } from '#core/run/run.ts';
import type { Sql } from '../../client.ts';
import { swapped } from '../../rows.ts';
import { columns } from './rows.ts';

/** Compare-and-set on the version; throws `VersionConflict`. */
export async function updateRun(sql: Sql, run: Run): Promise<Run> {
  const result = await sql.query(
    `update runs set (${columns.names}) = row(${columns.places})
     where id = $${columns.next} and version = $${columns.next + 1}
     returning ${columns.selected}`,
    [...columns.params({ ...run, version: run.version + 1 }), run.id, run.version],
  );
  return swapped(Run, 'run', run.id, result);
}
