import type { PullRequest } from '#core/forge/ports.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns, pullRow, unnumbered } from './rows.ts';

type NewPull = Omit<PullRequest, 'number'> & { readonly number: number | null };

/** Adds with the forge's number or our next one; null when the ticket has one. */
export async function insertPull(sql: Sql, pull: NewPull): Promise<PullRequest | null> {
  const result = await sql.query(
    `insert into pulls (${unnumbered.names}, number)
     values (${unnumbered.places}, coalesce($${unnumbered.next}::integer, nextval('pull_numbers')::integer))
     on conflict (ticket_id) do nothing
     returning ${columns.selected}`,
    [...unnumbered.params(pull), pull.number],
  );
  return maybe(pullRow, result);
}
