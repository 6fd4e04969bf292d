import type { LoggedEvent } from '#core/events/catalogue.ts';
import type { Sql } from '../../client.ts';
import { logged, selected } from './rows.ts';

/** Events that were not dispatched yet, in order. */
export async function listUnpublishedEvents(sql: Sql, limit: number): Promise<LoggedEvent[]> {
  const { rows } = await sql.query(
    `select ${selected} from events where published_at is null order by cursor limit $1`,
    [limit],
  );
  return rows.map(logged);
}
