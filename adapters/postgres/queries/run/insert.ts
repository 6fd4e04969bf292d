import type { Run } from '#core/run/run.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns } from './rows.ts';

/** Adds; throws `VersionConflict` when its place is taken. */
export async function insertRun(sql: Sql, run: Run): Promise<void> {
  const result = await sql.query(
    `insert into runs (${columns.names}) values (${columns.places}) on conflict do nothing returning id`,
    columns.params(run),
  );
  added('run', run.id, result);
}
