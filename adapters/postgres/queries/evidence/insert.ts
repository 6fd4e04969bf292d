import type { Evidence } from '#core/verify/ports.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns } from './rows.ts';

/** Adds; throws `VersionConflict` when there is one of that id. */
export async function insertEvidence(sql: Sql, evidence: Evidence): Promise<void> {
  const result = await sql.query(
    `insert into evidence (${columns.names}) values (${columns.places}) on conflict do nothing returning id`,
    columns.params(evidence),
  );
  added('piece of evidence', evidence.id, result);
}
