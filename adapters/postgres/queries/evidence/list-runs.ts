import { z } from 'zod';
import { RunId, type TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';

const Kept = z.object({ id: RunId });

/** The runs of a ticket that evidence is stored of, each once, in no order. */
export async function listEvidenceRuns(sql: Sql, ticketId: TicketId): Promise<RunId[]> {
  const result = await sql.query('select distinct run_id as id from evidence where ticket_id = $1', [
    ticketId,
  ]);
  return all(Kept, result).map(({ id }) => id);
}
