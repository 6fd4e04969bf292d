import type { RunId } from '#core/id.ts';
import type { Checkpoint } from '#core/run/ports.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { checkpointRow, columns } from './rows.ts';

/** The checkpoint of the run's newest step that has one; or null. */
export async function findLatestCheckpoint(sql: Sql, runId: RunId): Promise<Checkpoint | null> {
  const result = await sql.query(
    `select ${columns.selected} from checkpoints where run_id = $1 order by seq desc limit 1`,
    [runId],
  );
  return maybe(checkpointRow, result);
}
