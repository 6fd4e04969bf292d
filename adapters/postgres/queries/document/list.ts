import type { TicketId } from '#core/id.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns, documentRow } from './rows.ts';

/** All versions of all kinds, in order of creation. */
export async function listDocuments(sql: Sql, ticketId: TicketId): Promise<DocumentRow[]> {
  const result = await sql.query(
    `select ${columns.selected} from documents where ticket_id = $1 order by created_at, id`,
    [ticketId],
  );
  return all(documentRow, result);
}
