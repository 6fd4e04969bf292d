import { Discovery } from '#core/discovery/discovery.ts';
import type { TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** All discoveries of a ticket, oldest first. */
export async function listDiscoveries(sql: Sql, ticketId: TicketId): Promise<Discovery[]> {
  const result = await sql.query(
    `select ${columns.selected} from discoveries where ticket_id = $1 order by at, id`,
    [ticketId],
  );
  return all(Discovery, result);
}
