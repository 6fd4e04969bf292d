import type { LoggedEvent } from '#core/events/catalogue.ts';
import type { TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { logged, selected } from './rows.ts';

/** Events with a larger cursor, in order; 500 unless told. */
export async function listEvents(
  sql: Sql,
  filter: { readonly ticketId?: TicketId; readonly after?: number; readonly limit?: number },
): Promise<LoggedEvent[]> {
  const { rows } = await sql.query(
    `select ${selected} from events
     where cursor > $1 and ($2::text is null or ticket_id = $2)
     order by cursor
     limit $3`,
    [filter.after ?? 0, filter.ticketId ?? null, filter.limit ?? 500],
  );
  return rows.map(logged);
}
