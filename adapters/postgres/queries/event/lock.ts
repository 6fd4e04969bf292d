import type { Sql } from '../../client.ts';

/** The name of the log's lock among advisory locks: 'omoi' in ASCII, and 1 for the log. */
const space = 0x6f6d6f69;
const log = 1;

/**
 * Waits until no other transaction is between its append and its commit, and holds the rest off until this one commits.
 * Without it a transaction with a smaller cursor could commit after one with a larger, and a reader that has passed
 * the larger would never see the smaller.
 */
export async function lockLog(sql: Sql): Promise<void> {
  await sql.query('select pg_advisory_xact_lock($1, $2)', [space, log]);
}
