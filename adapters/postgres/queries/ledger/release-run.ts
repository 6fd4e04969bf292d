import type { Instant, RunId } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** Gives back every reservation that still stands for a run. */
export async function releaseLedgerOfRun(sql: Sql, runId: RunId, at: Instant): Promise<void> {
  await sql.query(
    `with released as (
       update ledger_entries
       set status = 'released', closed_at = $2
       where run_id = $1 and status = 'reserved'
       returning ticket_id, reserved_micros
     ),
     sums as (
       select ticket_id, sum(reserved_micros)::bigint as micros from released group by ticket_id
     )
     update ledgers
     set reserved_micros = ledgers.reserved_micros - sums.micros
     from sums
     where ledgers.ticket_id = sums.ticket_id`,
    [runId, at],
  );
}
