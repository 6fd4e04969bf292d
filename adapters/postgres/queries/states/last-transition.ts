import { z } from 'zod';
import type { Sql } from '../../client.ts';

/** The highest sequence number of an execution; 0 when it has made no transition. */
export async function lastTransition(sql: Sql, execution: string): Promise<number> {
  const { rows } = await sql.query(
    'select coalesce(max(seq), 0)::integer as seq from states_transitions where execution = $1',
    [execution],
  );
  return z.object({ seq: z.number() }).parse(rows[0]).seq;
}
