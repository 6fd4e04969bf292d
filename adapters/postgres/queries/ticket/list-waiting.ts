import type { TicketFilter } from '#core/ticket/ports.ts';
import { Ticket } from '#core/ticket/ticket.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** A page of tickets that wait for a person, newest first: 50 unless told, 200 at most. */
export async function listWaitingTickets(
  sql: Sql,
  filter: Pick<TicketFilter, 'before' | 'limit'>,
): Promise<Ticket[]> {
  const result = await sql.query(
    `select ${columns.selected} from tickets
     where status in ('running', 'waiting', 'paused')
       and ($1::integer is null or number < $1)
       and (
         (status = 'waiting' and waiting_for = 'budget')
         or exists (select 1 from gates where gates.ticket_id = tickets.id and gates.status = 'open')
         or exists (
           select 1 from questions join runs on runs.id = questions.run_id
           where questions.ticket_id = tickets.id and questions.answer is null and runs.status <> 'ended'
         )
       )
     order by number desc
     limit $2`,
    [filter.before ?? null, Math.min(filter.limit ?? 50, 200)],
  );
  return all(Ticket, result);
}
