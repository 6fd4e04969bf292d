import type { Sql } from '../../client.ts';
import { type TransitionRow, transitionRow } from './rows.ts';

/** Transitions after a sequence number, the oldest first. */
export async function readTransitions(
  sql: Sql,
  execution: string,
  page: { after: number; limit: number },
): Promise<TransitionRow[]> {
  const { rows } = await sql.query(
    `select seq, thread, state, kind, next, entered_at as "enteredAt", at, input, output, error, cause
     from states_transitions
     where execution = $1 and seq > $2
     order by seq
     limit $3`,
    [execution, page.after, page.limit],
  );
  return rows.map((row) => transitionRow.parse(row));
}
