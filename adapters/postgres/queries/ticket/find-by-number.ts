import { Ticket } from '#core/ticket/ticket.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns } from './rows.ts';

/** The ticket that people call `TKT-<number>`, or null. */
export async function findTicketByNumber(sql: Sql, number: number): Promise<Ticket | null> {
  return maybe(
    Ticket,
    await sql.query(`select ${columns.selected} from tickets where number = $1`, [number]),
  );
}
