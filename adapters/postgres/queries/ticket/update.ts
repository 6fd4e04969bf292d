import { Ticket } from '#core/ticket/ticket.ts';
import type { Sql } from '../../client.ts';
import { swapped } from '../../rows.ts';
import { columns } from './rows.ts';

/** Compare-and-set on the version; throws `VersionConflict`. */
export async function updateTicket(sql: Sql, ticket: Ticket): Promise<Ticket> {
  const result = await sql.query(
    `update tickets set (${columns.names}) = row(${columns.places})
     where id = $${columns.next} and version = $${columns.next + 1}
     returning ${columns.selected}`,
    [...columns.params({ ...ticket, version: ticket.version + 1 }), ticket.id, ticket.version],
  );
  return swapped(Ticket, 'ticket', ticket.id, result);
}
