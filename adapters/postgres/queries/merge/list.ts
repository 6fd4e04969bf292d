import type { TicketId } from '#core/id.ts';
import { MergeEntry } from '#core/merge/entry.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** All entries of a ticket in order of their places. */
export async function listMergeEntries(sql: Sql, ticketId: TicketId): Promise<MergeEntry[]> {
  const result = await sql.query(
    `select ${columns.selected} from merge_entries where ticket_id = $1 order by place`,
    [ticketId],
  );
  return all(MergeEntry, result);
}
