import type { Gate } from '#core/gate/gate.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns } from './rows.ts';

/** Adds; throws `VersionConflict` when its place is taken. */
export async function insertGate(sql: Sql, gate: Gate): Promise<void> {
  const result = await sql.query(
    `insert into gates (${columns.names}) values (${columns.places}) on conflict do nothing returning id`,
    columns.params(gate),
  );
  added('gate', gate.id, result);
}
