import type { Instant, Micros, TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** Opens the ticket's ledger; harmless when it is open. */
export async function openLedger(sql: Sql, ticketId: TicketId, limit: Micros, at: Instant): Promise<void> {
  await sql.query(
    `insert into ledgers (ticket_id, limit_micros, opened_at) values ($1, $2, $3)
     on conflict (ticket_id) do nothing`,
    [ticketId, limit, at],
  );
}
