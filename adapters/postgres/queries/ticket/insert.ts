import type { Ticket } from '#core/ticket/ticket.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns } from './rows.ts';

/** Adds; throws `VersionConflict` when its place is taken. */
export async function insertTicket(sql: Sql, ticket: Ticket): Promise<void> {
  const result = await sql.query(
    `insert into tickets (${columns.names}) values (${columns.places}) on conflict do nothing returning id`,
    columns.params(ticket),
  );
  added('ticket', ticket.id, result);
}
