import type { Instant } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** Gives a reservation back; harmless when it was settled or released, or never made. */
export async function releaseLedgerEntry(sql: Sql, key: string, at: Instant): Promise<void> {
  await sql.query(
    `with released as (
       update ledger_entries
       set status = 'released', closed_at = $2
       where key = $1 and status = 'reserved'
       returning ticket_id, reserved_micros
     )
     update ledgers
     set reserved_micros = ledgers.reserved_micros - released.reserved_micros
     from released
     where ledgers.ticket_id = released.ticket_id`,
    [key, at],
  );
}
