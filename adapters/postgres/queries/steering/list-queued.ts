import { z } from 'zod';
import type { RunId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';

const row = z.object({ id: z.string(), text: z.string() });

/** Messages that no step carries yet, oldest first. */
export async function listQueuedSteering(sql: Sql, runId: RunId): Promise<z.infer<typeof row>[]> {
  const result = await sql.query(
    'select id, text from steering where run_id = $1 and delivered_seq is null order by position',
    [runId],
  );
  return all(row, result);
}
