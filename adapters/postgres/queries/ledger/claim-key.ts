import type { Instant, Micros, RunId, TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** A reservation: for whom, under which key, how much. */
export interface Reservation {
  readonly ticketId: TicketId;
  readonly key: string;
  readonly amount: Micros;
  readonly runId: RunId;
  readonly at: Instant;
}

/**
 * Takes the key for a reservation; false when it is reserved or settled, or the ticket has no ledger. A
 * released key can be taken again: the call that gave its reservation back is tried once more under the same number.
 */
export async function claimLedgerKey(sql: Sql, claim: Reservation): Promise<boolean> {
  const { rows } = await sql.query(
    `insert into ledger_entries (key, ticket_id, run_id, status, reserved_micros, reserved_at)
     select $1::text, ticket_id, $3::text, 'reserved', $4::bigint, $5::timestamptz
     from ledgers
     where ticket_id = $2
     on conflict (key) do update
     set status = 'reserved', reserved_micros = excluded.reserved_micros, reserved_at = excluded.reserved_at,
       closed_at = null
     where ledger_entries.status = 'released'
     returning key`,
    [claim.key, claim.ticketId, claim.runId, claim.amount, claim.at],
  );
  return rows.length === 1;
}
