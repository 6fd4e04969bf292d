import type { Micros, TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** Moves money from free to reserved in one statement, so that two can never take the same; false when it does not fit. */
export async function takeFromLedger(sql: Sql, ticketId: TicketId, amount: Micros): Promise<boolean> {
  const { rows } = await sql.query(
    `update ledgers set reserved_micros = reserved_micros + $2
     where ticket_id = $1 and limit_micros - spent_micros - reserved_micros >= $2
     returning ticket_id`,
    [ticketId, amount],
  );
  return rows.length === 1;
}
