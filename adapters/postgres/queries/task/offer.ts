import type { Instant, TicketId } from '#core/id.ts';
import type { OfferedTask } from '#core/task/ports.ts';
import type { Sql } from '../../client.ts';

/** Makes exactly these the ticket's offers; one that was made before keeps its age. Only rows that change are written. */
export async function offerTasks(
  sql: Sql,
  ticketId: TicketId,
  offered: readonly OfferedTask[],
  at: Instant,
): Promise<void> {
  await sql.query(
    `update tasks set ahead = given.ahead, waiting_since = coalesce(tasks.waiting_since, $4)
     from (
       select t.id, offered.ahead
       from tasks t left join unnest($2::text[], $3::integer[]) offered (id, ahead) on offered.id = t.id
       where t.ticket_id = $1
     ) given
     where tasks.id = given.id and tasks.ahead is distinct from given.ahead`,
    [ticketId, offered.map(({ id }) => id), offered.map(({ ahead }) => ahead), at],
  );
}
