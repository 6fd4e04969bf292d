import { NotFound } from '#core/errors.ts';
import type { Micros, TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** Sets the limit, or what is spent when that is more: a lower limit stops what comes, it undoes nothing. Throws `NotFound`. */
export async function setLedgerLimit(sql: Sql, ticketId: TicketId, limit: Micros): Promise<void> {
  const { rows } = await sql.query(
    'update ledgers set limit_micros = greatest($2, spent_micros) where ticket_id = $1 returning ticket_id',
    [ticketId, limit],
  );
  if (rows.length === 0) throw new NotFound('The ticket has no ledger.', { ticketId });
}
