import { z } from 'zod';
import type { RunId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { one } from '../../rows.ts';

const row = z.object({ seq: z.number() });

/** The newest seq of a run, 0 when there is none. */
export async function lastStep(sql: Sql, runId: RunId): Promise<number> {
  return one(
    row,
    await sql.query('select coalesce(max(seq), 0) as seq from steps where run_id = $1', [runId]),
  ).seq;
}
