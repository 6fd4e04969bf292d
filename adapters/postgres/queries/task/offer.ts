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
  const ids = offered.map(({ id }) => id);
  await sql.query('delete from offers where ticket_id = $1 and task_id <> all ($2::text[])', [ticketId, ids]);
  if (ids.length === 0) return;
  await sql.query(
    `insert into offers (task_id, ticket_id, project_id, ahead, priority, since)
     select t.id, t.ticket_id, t.project_id, one.ahead, t.priority, $4
     from unnest($2::text[], $3::integer[]) one (id, ahead) join tasks t on t.id = one.id
     where t.ticket_id = $1 and t.status = 'ready'
     on conflict (task_id) do update set ahead = excluded.ahead
       where offers.ahead <> excluded.ahead`,
    [ticketId, ids, offered.map(({ ahead }) => ahead), at],
  );
}
