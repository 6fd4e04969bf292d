import type { Sql } from '../../client.ts';

/** Forgets a key that was claimed for a reservation that did not fit. */
export async function dropLedgerKey(sql: Sql, key: string): Promise<void> {
  await sql.query('delete from ledger_entries where key = $1', [key]);
}
