import type { TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** The name of these locks among advisory locks: one more than 'omoi' in ASCII, as `claim_tasks` knows it. */
const space = 0x6f6d6f69 + 1;

/** Waits for whoever else looks at the ticket's graph or claims from it, and holds them off until the commit. */
export async function holdGraph(sql: Sql, ticketId: TicketId): Promise<void> {
  await sql.query('select pg_advisory_xact_lock($1, hashtext($2))', [space, ticketId]);
}
