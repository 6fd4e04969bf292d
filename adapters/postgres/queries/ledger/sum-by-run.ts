import { z } from 'zod';
import { Micros, RunId, type TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';

const row = z.object({ runId: RunId, spent: Micros });

/** What each run of the ticket has spent. */
export async function sumLedgerByRun(sql: Sql, ticketId: TicketId): Promise<ReadonlyMap<RunId, Micros>> {
  const result = await sql.query(
    `select run_id as "runId", sum(settled_micros)::bigint as spent
     from ledger_entries
     where ticket_id = $1 and status = 'settled'
     group by run_id`,
    [ticketId],
  );
  return new Map(all(row, result).map(({ runId, spent }) => [runId, spent]));
}
