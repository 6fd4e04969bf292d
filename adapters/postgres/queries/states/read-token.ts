import type { Sql } from '../../client.ts';
import { type TokenRow, tokenRow } from './rows.ts';

/** A task token with its answer, or null. */
export async function readToken(sql: Sql, token: string): Promise<TokenRow | null> {
  const { rows } = await sql.query(
    `select token, execution, thread, closed_at as "closedAt", answer from states_tokens where token = $1`,
    [token],
  );
  return rows[0] ? tokenRow.parse(rows[0]) : null;
}
