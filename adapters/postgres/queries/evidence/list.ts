import type { TicketId } from '#core/id.ts';
import type { Evidence } from '#core/verify/ports.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns, evidenceRow } from './rows.ts';

/** All evidence of a ticket, oldest first. */
export async function listEvidence(sql: Sql, ticketId: TicketId): Promise<Evidence[]> {
  const result = await sql.query(
    `select ${columns.selected} from evidence where ticket_id = $1 order by at, id`,
    [ticketId],
  );
  return all(evidenceRow, result);
}
