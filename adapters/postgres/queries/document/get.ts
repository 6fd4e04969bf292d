import type { DocumentId } from '#core/id.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns, documentRow } from './rows.ts';

/** The document, or null. */
export async function getDocument(sql: Sql, id: DocumentId): Promise<DocumentRow | null> {
  return maybe(documentRow, await sql.query(`select ${columns.selected} from documents where id = $1`, [id]));
}
