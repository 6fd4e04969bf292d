import { Gate } from '#core/gate/gate.ts';
import type { Sql } from '../../client.ts';
import { swapped } from '../../rows.ts';
import { columns } from './rows.ts';

/** Compare-and-set on the version; throws `VersionConflict`. */
export async function updateGate(sql: Sql, gate: Gate): Promise<Gate> {
  const result = await sql.query(
    `update gates set (${columns.names}) = row(${columns.places})
     where id = $${columns.next} and version = $${columns.next + 1}
     returning ${columns.selected}`,
    [...columns.params({ ...gate, version: gate.version + 1 }), gate.id, gate.version],
  );
  return swapped(Gate, 'gate', gate.id, result);
}
