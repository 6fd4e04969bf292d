import type { TicketFilter } from '#core/ticket/ports.ts';
import { Ticket } from '#core/ticket/ticket.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** A page of tickets, newest first: 50 unless told, 200 at most. */
export async function listTickets(sql: Sql, filter: TicketFilter): Promise<Ticket[]> {
  const result = await sql.query(
    `select ${columns.selected} from tickets
     where ($1::text is null or project_id = $1)
       and ($2::text[] is null or status = any($2))
       and ($3::integer is null or number < $3)
       and ($5::boolean is null or hold is not null)
     order by number desc
     limit $4`,
    [
      filter.projectId ?? null,
      filter.status ?? null,
      filter.before ?? null,
      Math.min(filter.limit ?? 50, 200),
      filter.held ?? null,
    ],
  );
  return all(Ticket, result);
}
