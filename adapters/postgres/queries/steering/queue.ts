import type { Instant, RunId } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** Queues a message for the run's next turn; the same id again changes nothing. */
export async function queueSteering(
  sql: Sql,
  runId: RunId,
  id: string,
  text: string,
  at: Instant,
): Promise<void> {
  await sql.query(
    'insert into steering (run_id, id, text, at) values ($1, $2, $3, $4) on conflict (run_id, id) do nothing',
    [runId, id, text, at],
  );
}
