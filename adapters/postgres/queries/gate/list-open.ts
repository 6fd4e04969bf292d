import { Gate } from '#core/gate/gate.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** Open gates of all tickets, oldest first. */
export async function listOpenGates(sql: Sql): Promise<Gate[]> {
  const result = await sql.query(
    `select ${columns.selected} from gates where status = 'open' order by opened_at, id`,
  );
  return all(Gate, result);
}
