import type { TicketId } from '#core/id.ts';
import { Ticket } from '#core/ticket/ticket.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns } from './rows.ts';

/** The ticket, or null. */
export async function getTicket(sql: Sql, id: TicketId): Promise<Ticket | null> {
  return maybe(Ticket, await sql.query(`select ${columns.selected} from tickets where id = $1`, [id]));
}
