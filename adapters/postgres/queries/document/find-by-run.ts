import type { RunId } from '#core/id.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns, documentRow } from './rows.ts';

/** The newest document that a run wrote; or null. */
export async function findDocumentByRun(sql: Sql, runId: RunId): Promise<DocumentRow | null> {
  const result = await sql.query(
    `select ${columns.selected} from documents where run_id = $1 order by created_at desc, id desc limit 1`,
    [runId],
  );
  return maybe(documentRow, result);
}
