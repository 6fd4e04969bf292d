import { Gate } from '#core/gate/gate.ts';
import type { GateId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns } from './rows.ts';

/** The gate, or null. */
export async function getGate(sql: Sql, id: GateId): Promise<Gate | null> {
  return maybe(Gate, await sql.query(`select ${columns.selected} from gates where id = $1`, [id]));
}
