import { Balance } from '#core/cost/ledger.ts';
import { NotFound } from '#core/errors.ts';
import type { TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';

/** What stands in the ticket's ledger. Throws `NotFound`. */
export async function readBalance(sql: Sql, ticketId: TicketId): Promise<Balance> {
  const result = await sql.query(
    `select limit_micros as "limit", spent_micros as spent, reserved_micros as reserved
     from ledgers
     where ticket_id = $1`,
    [ticketId],
  );
  const balance = maybe(Balance, result);
  if (balance === null) throw new NotFound('The ticket has no ledger.', { ticketId });
  return balance;
}
