import type { PullRequest } from '#core/forge/ports.ts';
import type { TicketId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns, pullRow } from './rows.ts';

/** The ticket's pull request, or null. */
export async function findPullByTicket(sql: Sql, ticketId: TicketId): Promise<PullRequest | null> {
  return maybe(
    pullRow,
    await sql.query(`select ${columns.selected} from pulls where ticket_id = $1`, [ticketId]),
  );
}
