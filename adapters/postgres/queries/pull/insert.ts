import type { PullRequest } from '#core/forge/ports.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns, pullRow, unnumbered } from './rows.ts';

/** Adds with the next number; null when the ticket has one. */
export async function insertPull(sql: Sql, pull: Omit<PullRequest, 'number'>): Promise<PullRequest | null> {
  const result = await sql.query(
    `insert into pulls (${unnumbered.names}) values (${unnumbered.places})
     on conflict (ticket_id) do nothing
     returning ${columns.selected}`,
    unnumbered.params(pull),
  );
  return maybe(pullRow, result);
}
