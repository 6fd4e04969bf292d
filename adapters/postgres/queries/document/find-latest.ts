import type { TicketId } from '#core/id.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import type { DocumentKind } from '#core/ticket/ticket.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns, documentRow } from './rows.ts';

/** The newest version of a kind, approved or not; or null. */
export async function findLatestDocument(
  sql: Sql,
  ticketId: TicketId,
  kind: DocumentKind,
): Promise<DocumentRow | null> {
  const result = await sql.query(
    `select ${columns.selected} from documents
     where ticket_id = $1 and kind = $2
     order by version desc
     limit 1`,
    [ticketId, kind],
  );
  return maybe(documentRow, result);
}
