import type { EventId, Instant } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** Marks events as dispatched; the first time stays. */
export async function markEventsPublished(sql: Sql, ids: readonly EventId[], at: Instant): Promise<void> {
  if (ids.length === 0) return;
  await sql.query('update events set published_at = $2 where id = any($1::text[]) and published_at is null', [
    ids,
    at,
  ]);
}
