import { Gate } from '#core/gate/gate.ts';
import type { TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** All gates of a ticket, oldest first. */
export async function listGates(sql: Sql, ticketId: TicketId): Promise<Gate[]> {
  const result = await sql.query(
    `select ${columns.selected} from gates where ticket_id = $1 order by opened_at, id`,
    [ticketId],
  );
  return all(Gate, result);
}
