import type { RunId } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** Notes the step that carried these messages; the first one stays. */
export async function markSteeringDelivered(
  sql: Sql,
  runId: RunId,
  ids: readonly string[],
  seq: number,
): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `update steering set delivered_seq = $3
     where run_id = $1 and id = any($2::text[]) and delivered_seq is null`,
    [runId, ids, seq],
  );
}
