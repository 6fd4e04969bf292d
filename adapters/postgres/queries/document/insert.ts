import type { DocumentRow } from '#core/ticket/ports.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns } from './rows.ts';

/** Adds a version; throws `VersionConflict` when that number exists. */
export async function insertDocument(sql: Sql, document: DocumentRow): Promise<void> {
  const result = await sql.query(
    `insert into documents (${columns.names}) values (${columns.places}) on conflict do nothing returning id`,
    columns.params({ ...document, body: document.body ?? null }),
  );
  added('document', document.id, result);
}
