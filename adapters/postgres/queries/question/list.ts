import type { RunId, TicketId } from '#core/id.ts';
import type { Question } from '#core/run/ports.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns, questionRow } from './rows.ts';

/** Questions of a run or ticket, oldest first. */
export async function listQuestions(
  sql: Sql,
  filter: { readonly runId?: RunId; readonly ticketId?: TicketId },
): Promise<Question[]> {
  const result = await sql.query(
    `select ${columns.selected} from questions
     where ($1::text is null or run_id = $1) and ($2::text is null or ticket_id = $2)
     order by asked_at, id`,
    [filter.runId ?? null, filter.ticketId ?? null],
  );
  return all(questionRow, result);
}
