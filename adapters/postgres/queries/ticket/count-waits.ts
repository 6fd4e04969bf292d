import { z } from 'zod';
import type { Sql } from '../../client.ts';
import { one } from '../../rows.ts';

const row = z.object({ count: z.number() });

/** Open gates, unanswered questions of runs that go on, and spent budgets of all tickets that are not over. */
export async function countWaits(sql: Sql): Promise<number> {
  const result = await sql.query(
    `select coalesce(sum(
       (case when status = 'waiting' and waiting_for = 'budget' then 1 else 0 end)
       + (select count(*) from gates where gates.ticket_id = tickets.id and gates.status = 'open')
       + (
           select count(*) from questions join runs on runs.id = questions.run_id
           where questions.ticket_id = tickets.id and questions.answer is null and runs.status <> 'ended'
         )
     ), 0)::integer as count
     from tickets
     where status in ('running', 'waiting', 'paused')`,
  );
  return one(row, result).count;
}
