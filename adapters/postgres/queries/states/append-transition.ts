import type { Sql } from '../../client.ts';
import type { TransitionRow } from './rows.ts';

/** A sequence number that is taken is a second writer: the database refuses it. */
export async function appendTransition(sql: Sql, execution: string, row: TransitionRow): Promise<void> {
  await sql.query(
    `insert into states_transitions
       (execution, seq, thread, state, kind, next, entered_at, at, input, output, error, cause)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      execution,
      row.seq,
      row.thread,
      row.state,
      row.kind,
      row.next,
      row.enteredAt,
      row.at,
      JSON.stringify(row.input),
      row.output === null && row.error !== null ? null : JSON.stringify(row.output),
      row.error,
      row.cause,
    ],
  );
}
