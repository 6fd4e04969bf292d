import type { Checkpoint } from '#core/run/ports.ts';
import type { Sql } from '../../client.ts';
import { columns } from './rows.ts';

/** Stores; the same run and seq again replaces. */
export async function putCheckpoint(sql: Sql, checkpoint: Checkpoint): Promise<void> {
  await sql.query(
    `insert into checkpoints (${columns.names}) values (${columns.places})
     on conflict (run_id, seq) do update
     set commit = excluded.commit, bundle = excluded.bundle, at = excluded.at`,
    columns.params(checkpoint),
  );
}
