import { z } from 'zod';
import { Usage } from '#core/cost/ledger.ts';
import { Micros, type TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { one } from '../../rows.ts';

const row = z.object({ calls: z.number(), costMicros: Micros, ...Usage.shape });

/** How many calls were made in a ticket, their usage and cost summed. */
export async function sumCalls(
  sql: Sql,
  ticketId: TicketId,
): Promise<{ calls: number; usage: Usage; costMicros: Micros }> {
  const result = await sql.query(
    `select count(*) as calls,
       coalesce(sum(cost_micros), 0)::bigint as "costMicros",
       coalesce(sum((usage ->> 'input')::bigint), 0)::bigint as input,
       coalesce(sum((usage ->> 'output')::bigint), 0)::bigint as output,
       coalesce(sum((usage ->> 'cacheRead')::bigint), 0)::bigint as "cacheRead",
       coalesce(sum((usage ->> 'cacheWrite')::bigint), 0)::bigint as "cacheWrite"
     from model_calls join runs on runs.id = model_calls.run_id
     where runs.ticket_id = $1`,
    [ticketId],
  );
  const { calls, costMicros, ...usage } = one(row, result);
  return { calls, usage, costMicros };
}
